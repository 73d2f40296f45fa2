// The list of goods: how many of each, what it comes to, how long there is time.
const shop = byId('shop');
const shown = shop && shop.dataset;
const isOpen = Boolean(shop && shown.open === 'true');
const rows = new Map();
// How far the server's clock is ahead of the device's.
let ahead = shop ? Number(shown.now) - Date.now() : 0;

const basketName = shop && `basket-${shown.cycle}`;
const basket = { lines: {} };
const keepBasket = () => keep(basketName, basket);
const lineOf = (sku) => basket.lines[sku] || { qty: 0, tolerance: 0 };
// What is in the basket, in the order of the page.
const chosen = () => [...rows.values()].map((row) => ({ ...row, ...lineOf(row.sku) })).filter((line) => line.qty > 0);
const count = () => chosen().reduce((sum, line) => sum + line.qty, 0);
const total = () => chosen().reduce((sum, line) => sum + line.price * (line.qty + line.tolerance), 0);

const LINE_MAX = 9999;
const mostOf = (row) => (row.node.dataset.most === undefined ? LINE_MAX : Number(row.node.dataset.most));

const setQty = (sku, qty) => {
  const row = rows.get(sku);
  const line = lineOf(sku);
  basket.lines[sku] = { qty: Math.max(0, Math.min(LINE_MAX, qty)), tolerance: qty > 0 ? line.tolerance : 0 };
  if (!basket.lines[sku].qty) delete basket.lines[sku];
  keepBasket();
  if (row) drawRow(row);
  drawFoot();
};

// A stepper: both ends are told apart by name, and one that is at its end says so.
const stepper = (name, unit) => {
  const number = el('b', { class: 'count' }, '0');
  const less = button('−', null, { 'aria-label': say(`少一${unit} ${name}`, `One less ${name}`), 'data-step': '-1' });
  const more = button('+', null, { 'aria-label': say(`加一${unit} ${name}`, `One more ${name}`), 'data-step': '1' });
  return { node: el('span', { class: 'stepper' }, less, number, more), less, more, number };
};

const drawRow = (row) => {
  const { qty } = lineOf(row.sku);
  row.pick.number.textContent = String(qty);
  row.pick.less.hidden = qty === 0;
  row.pick.number.hidden = qty === 0;
  row.pick.more.disabled = qty >= mostOf(row);
  row.node.classList.toggle('some', qty > 0);
};

const addRow = (node) => {
  const { sku, unit, price, tolerance } = node.dataset;
  const name = node.querySelector('.what b').textContent;
  const row = { sku, unit, name, node, price: Number(price), asks: tolerance !== undefined, spec: node.querySelector('.what small').textContent };
  rows.set(sku, row);
  if (!isOpen) return;
  row.pick = stepper(name, unit);
  row.pick.less.addEventListener('click', () => {
    setQty(sku, lineOf(sku).qty - 1);
    if (!lineOf(sku).qty) row.pick.more.focus();
  });
  row.pick.more.addEventListener('click', () => setQty(sku, lineOf(sku).qty + 1));
  node.append(row.pick.node);
  drawRow(row);
};

// Finding goods by any part of their name.
const FIND_FROM = 12;
const addFind = () => {
  if (rows.size < FIND_FROM) return;
  const field = el('input', { type: 'search', id: 'find-goods', placeholder: say('找商品', 'Find goods'), 'aria-label': say('找商品', 'Find goods'), autocomplete: 'off' });
  const none = el('p', { class: 'note', role: 'status' });
  field.addEventListener('input', () => {
    const wanted = field.value.normalize('NFKC').trim().toLowerCase();
    let left = 0;
    rows.forEach((row) => {
      row.node.hidden = !`${row.name} ${row.spec} ${row.sku}`.toLowerCase().includes(wanted);
      left += row.node.hidden ? 0 : 1;
    });
    none.textContent = left ? '' : say(`没有“${field.value}”，换个词试试`, `Nothing is called “${field.value}”`);
  });
  byId('find').append(field, none);
  byId('find').hidden = false;
};

// How long there is time, by the server's clock.
const leftMs = () => Number(shown.cutoff) - (Date.now() + ahead);
const leftWords = () => {
  const seconds = Math.floor(leftMs() / 1000);
  if (seconds <= 0) return say('已到截单时间', 'The cutoff has come');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours >= 24) return say(`还有 ${Math.floor(hours / 24)} 天 ${hours % 24} 小时截单`, `${Math.floor(hours / 24)} d ${hours % 24} h to the cutoff`);
  if (hours) return say(`还有 ${hours} 小时 ${minutes} 分截单`, `${hours} h ${minutes} min to the cutoff`);
  return say(`还有 ${two(minutes)}:${two(seconds % 60)} 截单`, `${two(minutes)}:${two(seconds % 60)} to the cutoff`);
};

const foot = { time: el('span', { class: 'left' }), sum: el('b', { class: 'sum' }), note: el('small'), stale: el('small', { class: 'stale', role: 'status' }), act: null };
const drawFoot = () => {
  if (!foot.act) return;
  const pieces = count();
  foot.sum.textContent = yuan(total());
  foot.note.textContent = say(`${pieces} 件 · ${shown.pickup} 提货`, `${pieces} ${pieces === 1 ? 'piece' : 'pieces'} · pickup ${shown.pickup}`);
  drawPlace(pieces);
};
const tick = () => {
  foot.time.textContent = sending.isClosed ? say('已截单', 'Closed') : leftWords();
  foot.time.classList.toggle('soon', leftMs() < 600000);
};

// What others have ordered meanwhile: the page is read again now and then, and what it says is brought up to date: goods,
// the server's clock, whether it is still time.
const AGAIN_MS = 60000;
let readAt = Date.now();
// Of when the figures are, by the server's clock.
let heardAt = shop ? Number(shown.now) : 0;
const readAgain = async () => {
  if (document.hidden || Date.now() - readAt < AGAIN_MS) return;
  readAt = Date.now();
  // Another cycle may stand first by now.
  const again = new URL(location.href);
  again.searchParams.set('cycle', shown.cycle);
  try {
    const answer = await fetch(again);
    if (!answer.ok) throw new Error(String(answer.status));
    freshen(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    foot.stale.textContent = '';
  } catch (error) {
    // Without an answer the list stays as it was, and says of when it is.
    const time = new Date(heardAt);
    const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
    foot.stale.textContent = say(`离线 · ${clock} 的数`, `Offline · figures of ${clock}`);
  }
};
const freshen = (page) => {
  const fresh = page.getElementById('shop').dataset;
  const isSame = fresh.cycle === shown.cycle;
  heardAt = Number(fresh.now);
  ahead = heardAt - Date.now();
  sending.isClosed = !isSame || fresh.open !== 'true';
  if (isSame) {
    [shown.cutoff, shown.cutoffTime] = [fresh.cutoff, fresh.cutoffTime];
    page.querySelectorAll('.good').forEach(freshenRow);
  }
  drawFoot();
  tick();
};
const freshenRow = (node) => {
  const row = rows.get(node.dataset.sku);
  if (!row) return;
  row.node.querySelector('.hints').replaceWith(document.importNode(node.querySelector('.hints'), true));
  if (node.dataset.most === undefined) delete row.node.dataset.most;
  else row.node.dataset.most = node.dataset.most;
  if (row.pick) drawRow(row);
};
const readNow = () => {
  readAt = 0;
  return readAgain();
};
// Whether the browser showed the page as it had stored it: after Back, or in a tab that was restored.
const isFromStore = () => {
  const [how] = performance.getEntriesByType('navigation');
  return !how || how.type === 'back_forward' || how.transferSize === 0;
};
