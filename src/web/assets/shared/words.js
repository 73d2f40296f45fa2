// Words in the page's language; figures, money and times as people read them.
const IS_ZH = document.documentElement.lang !== 'en';
const say = (zh, en) => (IS_ZH ? zh : en);

const yuan = (fen) => {
  const whole = Math.trunc(Math.abs(fen) / 100).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return `${fen < 0 ? '-' : ''}¥${whole}.${String(Math.abs(fen) % 100).padStart(2, '0')}`;
};

const two = (number) => String(number).padStart(2, '0');
// The minute of a moment: of the server's own words as they stand, of the phone's by its clock.
const minute = (at) => (typeof at === 'string' ? at.slice(11, 16) : `${two(at.getHours())}:${two(at.getMinutes())}`);

// Grams as people read them: 486 g（0.97 斤）.
const weightWords = (grams) => {
  const jin = (Math.floor(grams / 5) + (grams % 5 >= 3 ? 1 : 0)).toString().padStart(3, '0').replace(/(\d\d)$/, '.$1');
  return say(`${grams} g（${jin} 斤）`, `${grams} g`);
};
const pieces = (count) => say(`${count} 件`, count === 1 ? '1 piece' : `${count} pieces`);
const homes = (count) => say(`${count} 户`, count === 1 ? '1 household' : `${count} households`);

const METHODS = {
  qr: ['扫码', 'QR code'], code: ['提货码', 'pickup code'], room: ['房号', 'room'], phone_tail: ['手机尾号', 'phone tail'],
  chain_no: ['跟团号', 'chain no.'], nickname: ['昵称', 'nickname'], name: ['姓名', 'name'],
};
const methodWords = (method) => say(...(METHODS[method] || [method, method]));

// What a case says: its kind, its part, its money.
const PROBLEMS = {
  missing: ['少了', 'missing'], broken: ['坏了', 'broken'], melted: ['化了', 'melted'], wrong: ['错了', 'wrong'], unwanted: ['不要了', 'not wanted'],
};
const partWords = ({ measure, part, whole }, goods) => {
  if (measure === 'percent') return part === 100 ? say('全退', 'all') : `${part}%`;
  return `${part}/${whole} ${measure === 'pieces' ? goods.unit : say('枚', 'units')}`;
};
const caseWords = (found, goods) => say(
  `${PROBLEMS[found.problem][0]} ${partWords(found, goods)}，退 ${yuan(found.amount_fen)}`, `${PROBLEMS[found.problem][1]} ${partWords(found, goods)}, ${yuan(found.amount_fen)} back`);

// A room as it is written short, `3-2-1502`, and as it is said, 3栋 2单元 1502.
const roomCode = (order) => [order.building, order.unit_no, order.room].filter(Boolean).join('-');
const roomTitle = (order) => {
  const said = (text, word) => (/^\d+$/.test(text) && IS_ZH ? text + word : text);
  const parts = [said(order.building, '栋'), said(order.unit_no, '单元'), order.room].filter(Boolean);
  return IS_ZH ? parts.join(' ') : parts.join('-');
};
// What a door is called: its room, else who lives there.
const doorName = (order) => roomCode(order) || order.nickname || order.resident || say('无房号', 'no room');
const personWords = (order) => {
  const nickname = order.nickname && order.nickname !== order.resident && order.nickname !== doorName(order) ? `“${order.nickname}”` : '';
  const tail = order.phone_tail4 && say(`尾号 ${order.phone_tail4}`, `tail ${order.phone_tail4}`);
  const chain = order.chain_no ? say(`${order.chain_no} 号`, `no. ${order.chain_no}`) : '';
  const room = roomCode(order) ? '' : say('无房号', 'no room');
  return [order.resident, tail, chain, nickname, room].filter(Boolean).join(' · ');
};
