// An order for a neighbour. What is typed survives a reload; an answer that was lost is asked for again under the same
// key, and the order is placed once.
const blank = () => ({ key: newId(), room: '', nickname: '', phone: '', chain: '', remark: '', paid: false, point: '', lines: {} });

const openForm = async () => {
  shop.draft = shop.draft || (await kept('state', 'draft')) || blank();
  Object.assign(shop, { words: '', faults: [], filter: '' });
  ui.shop = 'form';
  history.pushState({ shop: 'form' }, '');
  parts.shop.replaceChildren();
  draw();
  window.scrollTo(0, 0);
};

const keepDraft = () => putKept('state', [['draft', shop.draft]]);

// Building, unit and room of a room in any spelling.
const roomOf = (text) => {
  const found = text.normalize('NFKC').split(/[\s\-—–_/#,.栋幢座楼号单元门室房]+/).filter(Boolean);
  const [room, ...before] = found.reverse();
  const [unit, building] = before.length > 1 ? before : ['', before[0]];
  return { building, unit_no: unit, room };
};

const draftLines = (cycle) => Object.entries(shop.draft.lines).filter(([sku, qty]) => qty > 0 && offerOf(cycle, sku));
const draftTotal = (cycle) => draftLines(cycle).reduce((sum, [sku, qty]) => sum + offerOf(cycle, sku).sale_price_fen * qty, 0);

const orderBody = (cycle) => {
  const { draft } = shop;
  const some = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
  const points = shop.window.points;
  // A point is another leader's where one stands in.
  const { leader_code: leader } = points.find((point) => point.point_code === draft.point) || points[0] || shop.window;
  return {
    cycle: cycle.cycle_code, leader,
    ...some({ point: points.length > 1 ? draft.point || points[0].point_code : '', chain_no: Number(draft.chain) || 0, remark: draft.remark.trim() }),
    resident: some({ ...roomOf(draft.room), nickname: draft.nickname.trim(), phone: draft.phone.replace(/\D/g, '') }),
    lines: draftLines(cycle).map(([sku, qty]) => ({ sku, qty })), paid: draft.paid,
  };
};

const FIELD_WORDS = { phone: ['手机', 'Phone'], nickname: ['昵称', 'Nickname'], room: ['房号', 'Room'], remark: ['备注', 'Remark'], chain_no: ['跟团号', 'Chain no.'], lines: ['商品', 'Goods'], resident: ['住户', 'Household'] };
const faultWords = (body) => (body.errors || []).map((fault) => {
  const name = Object.keys(FIELD_WORDS).find((field) => (fault.field || '').includes(field));
  return [name && say(...FIELD_WORDS[name]), say(fault.zh, fault.en)].filter(Boolean).join('：');
});

const placeOrder = async (cycle) => {
  if (shop.isSending) return;
  shop.isSending = true;
  Object.assign(shop, { words: '', faults: [] });
  drawFormFoot(cycle);
  try {
    const answer = await change('/api/v1/orders', orderBody(cycle), { 'Idempotency-Key': shop.draft.key });
    if (answer.status === 201) await orderIsIn(answer.body);
    else await orderIsNotIn(answer);
  } catch (error) {
    if (error instanceof SignedOut) {
      await signedOut();
      return;
    }
    shop.words = say('没有连上，内容已保留。再点一次，不会下成两单', 'No connection; all is kept. Try again: it is placed once');
  } finally {
    shop.isSending = false;
    draw();
  }
};

const orderIsIn = async (placed) => {
  shop.draft = null;
  await putKept('state', [['draft', undefined]]);
  history.back();
  offerUndo(say(`已下单 ${placed.order_no} · ${yuan(placed.total_fen)}`, `Placed ${placed.order_no} · ${yuan(placed.total_fen)}`), () => shopAct(
    `/api/v1/orders/${encodeURIComponent(placed.order_no)}/cancel`, undefined, () => say(`已取消 ${placed.order_no}`, `Cancelled ${placed.order_no}`)));
  await readWindow();
};

const orderIsNotIn = async ({ status, body }) => {
  shop.faults = faultWords(body);
  shop.words = say(body.detail, body.title);
  if (status === 423) shop.words += say('；内容已保留', '; what you typed is kept');
  // The first try was heard after all, with what was typed then.
  if (body.code === 'key_reused') {
    shop.words = say('上一次其实已经下单，请先看订单列表，再点就是新的一单', 'The first try was placed after all: look at the list; the next tap places another');
    shop.draft.key = newId();
    await keepDraft();
    await readWindow();
  }
};

const field = (name, words, props = {}) => {
  const input = el('input', { class: 'field', id: `draft-${name}`, value: shop.draft[name], autocomplete: 'off', ...props, oninput: () => {
    shop.draft[name] = input.value;
    keepDraft();
  } });
  return el('div', {}, el('label', { for: `draft-${name}` }, words), input);
};

// A known neighbour fills in the room and the name.
const neighbourRow = () => {
  const input = el('input', { type: 'search', id: 'draft-who', placeholder: say('选住户：房号 / 昵称 / 首字母', 'Pick: room / nickname / initials'), 'aria-label': say('选住户', 'Pick a household'), autocomplete: 'off' });
  const list = el('div', { class: 'chips wrap' });
  input.addEventListener('input', () => {
    const known = find(model.homes, input.value).slice(0, 6);
    list.replaceChildren(...known.map(({ home: { face } }) => button(`${doorName(face)} ${face.resident}`, () => {
      Object.assign(shop.draft, { room: roomCode(face), nickname: face.nickname });
      input.value = '';
      list.replaceChildren();
      ['room', 'nickname'].forEach((name) => { document.getElementById(`draft-${name}`).value = shop.draft[name]; });
      keepDraft();
    }, { class: 'act chip' })));
  });
  return el('div', {}, input, list);
};

const goodsRow = (cycle, offer) => {
  const count = el('b', {}, '');
  const row = el('div', { class: 'item offer', 'data-sku': offer.sku_code });
  const show = () => {
    const qty = shop.draft.lines[offer.sku_code] || 0;
    count.textContent = String(qty);
    row.classList.toggle('some', qty > 0);
    less.disabled = qty === 0;
    more.disabled = Boolean(offer.limit_per_resident) && qty >= offer.limit_per_resident;
  };
  const add = (step) => () => {
    shop.draft.lines[offer.sku_code] = Math.max(0, (shop.draft.lines[offer.sku_code] || 0) + step);
    keepDraft();
    show();
    drawFormFoot(cycle);
  };
  const less = button('−', add(-1), { 'aria-label': say(`少一${offer.unit} ${offer.sku_name}`, `One less ${offer.sku_name}`) });
  const more = button('+', add(1), { 'aria-label': say(`加一${offer.unit} ${offer.sku_name}`, `One more ${offer.sku_name}`) });
  const limit = offer.limit_per_resident && say(` · 限 ${offer.limit_per_resident}`, ` · at most ${offer.limit_per_resident}`);
  row.append(el('span', { class: 'goods' }, el('b', {}, offer.sku_name), ' ', el('small', {}, `${offer.spec} · ${yuan(offer.sale_price_fen)}/${offer.unit}${limit || ''}`)),
    el('span', { class: 'stepper' }, less, el('span', { class: 'count' }, count), more));
  show();
  return row;
};

const goodsPart = (cycle) => {
  const rows = cycle.offers.map((offer) => [offer, goodsRow(cycle, offer)]);
  const filter = el('input', { type: 'search', id: 'draft-goods', placeholder: say('找商品', 'Find goods'), 'aria-label': say('找商品', 'Find goods'), autocomplete: 'off' });
  filter.addEventListener('input', () => rows.forEach(([offer, row]) => {
    row.hidden = !plain(`${offer.sku_name} ${offer.spec} ${offer.sku_code}`).includes(plain(filter.value));
  }));
  return el('section', {}, el('h2', {}, say('商品', 'Goods')), filter, rows.map(([, row]) => row));
};

// Built once, so that what is being typed stays where it is; only words and the foot change.
const drawForm = (cycle, head) => {
  if (!parts.shop.querySelector('.draft')) {
    const paid = el('input', { type: 'checkbox', id: 'draft-paid', checked: shop.draft.paid, onchange: () => {
      shop.draft.paid = paid.checked;
      keepDraft();
    } });
    const points = shop.window.points.length > 1 && el('select', { class: 'field', 'aria-label': say('自提点', 'Pickup point'), onchange: (event) => {
      shop.draft.point = event.target.value;
      keepDraft();
    } }, shop.window.points.map((point) => el('option', { value: point.point_code, selected: point.point_code === shop.draft.point }, point.name)));
    parts.shop.replaceChildren(head, el('div', { class: 'form-words' }), el('div', { class: 'draft' }, neighbourRow(),
      el('div', { class: 'pair' }, field('room', say('房号，如 3-2-1502', 'Room, as 3-2-1502')), field('nickname', say('昵称', 'Nickname'))),
      el('div', { class: 'pair' }, field('phone', say('手机（可不填）', 'Phone (optional)'), { inputmode: 'tel' }), field('chain', say('跟团号（可不填）', 'Chain no. (optional)'), { inputmode: 'numeric' })),
      points || '', field('remark', say('备注（可不填）', 'Remark (optional)')),
      el('label', { class: 'pick paid' }, paid, say('钱已收', 'Already paid'))), goodsPart(cycle));
  }
  const words = [shop.words && el('p', { class: 'older', role: 'alert' }, shop.words), ...shop.faults.map((fault) => el('p', { class: 'wrong' }, fault))].filter(Boolean);
  parts.shop.querySelector('.form-words').replaceChildren(...words);
  if (words.length) window.scrollTo(0, 0);
  drawFormFoot(cycle);
};

const drawFormFoot = (cycle) => {
  const lines = draftLines(cycle);
  const count = lines.reduce((sum, [, qty]) => sum + qty, 0);
  const words = shop.isSending ? say('正在下单…', 'Placing…') : say(`下单 ${count} 件 ${yuan(draftTotal(cycle))}`, `Place ${count} for ${yuan(draftTotal(cycle))}`);
  parts.foot.replaceChildren(button(say('返回', 'Back'), () => history.back()), button(words, () => placeOrder(cycle), { class: 'act main', disabled: !count || shop.isSending, 'data-act': 'place' }));
};
