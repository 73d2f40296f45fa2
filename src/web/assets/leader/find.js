// Finding a household on the phone's own data: by room in any spelling, nickname, name, the letters of its syllables,
// phone tail or chain number.
const plain = (text) => text.normalize('NFKC').toLowerCase().trim();
const bare = (digits) => digits.replace(/^0+(?=\w)/, '');
// A room's parts without the words around them: `3栋2单元1502` and `3-2-1502` are both 3, 2, 1502.
const roomParts = (text) => plain(text).match(/[0-9a-z]+/g) || [];
const isRoomText = (text) => /^[0-9a-z\s\-—–_/#,.栋幢座楼号单元门室房]+$/.test(text) && /\d/.test(text);

const roomForms = (order) => {
  const [building, unit, room] = [order.building, order.unit_no, order.room].map(roomParts);
  if (!room.length) return [];
  const all = [[...building, ...unit, ...room], [...building, ...room], [...unit, ...room], room];
  return all.map((parts) => parts.map(bare));
};

// How well a query fits: 3 wholly, 2 its beginning, 1 somewhere; 0 not.
const fits = (text, query) => {
  if (!text) return 0;
  if (text === query) return 3;
  if (text.startsWith(query)) return 2;
  return text.includes(query) ? 1 : 0;
};

const fitsRoom = (order, query) => {
  if (!isRoomText(query)) return 0;
  const wanted = roomParts(query).map(bare);
  if (!wanted.length) return 0;
  const raw = roomParts(order.room).join('');
  let best = wanted.length === 1 ? fits(raw, roomParts(query)[0]) & 2 && fits(raw, roomParts(query)[0]) : 0;
  roomForms(order).forEach((parts) => {
    if (wanted.length === 1) {
      const fit = fits(parts.join(''), wanted[0]);
      best = Math.max(best, fit === 1 ? 0 : fit);
      return;
    }
    const isSame = wanted.every((part, at) => (at < wanted.length - 1 ? parts[at] === part : (parts[at] || '').startsWith(part)));
    if (isSame) best = Math.max(best, parts.length === wanted.length && parts[parts.length - 1] === wanted[wanted.length - 1] ? 3 : 2);
  });
  return best;
};

// A name with a hidden part fits whatever that may be.
const fitsName = (name, query) => {
  if (!name) return 0;
  if (!name.includes('*')) return fits(name, query);
  const [shown, typed] = [[...name], [...query]];
  if (typed.length > shown.length) return 0;
  const isSame = typed.every((letter, at) => shown[at] === '*' || shown[at] === letter);
  return isSame && shown[0] === typed[0] ? (typed.length === shown.length ? 3 : 2) : 0;
};
const fitsLetters = (initials, query) => {
  const letters = initials.split(' ');
  const isSame = query.length <= letters.length && [...query].every((letter, at) => letters[at] === '*' || letters[at].includes(letter));
  return isSame ? (query.length === letters.length ? 3 : 2) : 0;
};

const FIELDS = [
  ['room', (order, query) => fitsRoom(order, query)],
  ['phone_tail', (order, query) => (/^\d{2,4}$/.test(query) ? Math.max(0, fits(order.phone_tail4, query) & 2 && fits(order.phone_tail4, query)) : 0)],
  ['chain_no', (order, query) => {
    const number = /^#?(\d+)\s*号?$/.exec(query);
    return number && order.chain_no && String(order.chain_no) === bare(number[1]) ? 3 : 0;
  }],
  ['nickname', (order, query) => (/^\d+$/.test(query) ? 0 : fits(plain(order.nickname), query))],
  ['name', (order, query) => (/^\d+$/.test(query) ? 0 : fitsName(plain(order.resident), query))],
  ['name', (order, query) => (/^[a-z]+$/.test(query) ? Math.max(0, ...order.initials.map((letters) => fitsLetters(letters, query))) : 0)],
];

// The households that a query fits, the best first, each with the field that says so.
const find = (homes, query) => {
  const wanted = plain(query);
  if (!wanted) return [];
  const found = [];
  homes.forEach((home) => {
    let best = { fit: 0, field: '' };
    home.orders.forEach((order) => FIELDS.forEach(([field, how]) => {
      const fit = how(order, wanted);
      if (fit > best.fit) best = { fit, field, order };
    }));
    if (best.fit) found.push({ home, ...best });
  });
  return found.sort((a, b) => b.fit - a.fit);
};

// The one household that opens by itself: three digits or more that are wholly its own, and begin nothing else.
const certain = (found, query) => {
  const digits = plain(query).replace(/\D/g, '').length;
  return digits >= 3 && found.length === 1 && found[0].fit === 3 ? found[0] : null;
};
