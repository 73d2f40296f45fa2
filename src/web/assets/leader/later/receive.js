// 收货 by exception: what is due stands there; only what differs is typed. What was typed survives a reload.
const KINDS = [['short', () => say('少', 'short')], ['over', () => say('多', 'over')], ['broken', () => say('破损', 'broken')], ['wrong', () => say('错货', 'wrong')]];
const none = () => ({ short: 0, over: 0, broken: 0, wrong: 0 });
let count = null;
// A recount begins with what was counted.
const foundBefore = ({ receipt }) => Object.fromEntries((receipt ? receipt.lines : []).map((line) => [
  line.sku_code, { short: line.short_qty, over: line.over_qty, broken: line.broken_qty, wrong: line.wrong_qty }]));

const openReceive = async (arrival) => {
  const codes = codesOf(arrival);
  const key = `count ${codes.cycle} ${codes.point}`;
  const typed = await kept('state', key);
  count = typed || { ...codes, found: foundBefore(arrival), isUnsigned: Boolean(arrival.receipt && arrival.receipt.is_unsigned) };
  Object.assign(count, { key, open: null, photos: photoPicker() });
  openPage({ draw: drawReceive });
};
const countedArrival = () => model.arrivals.find((one) => {
  const codes = codesOf(one);
  return codes.cycle === count.cycle && codes.point === count.point;
});
const keepCount = () => putKept('state', [[count.key, { cycle: count.cycle, point: count.point, found: count.found, isUnsigned: count.isUnsigned }]]);

// What is due, by SKU, in the order of the goods.
const dueOf = (arrival) => {
  const due = new Map();
  linesOf(arrival).forEach(({ one }) => {
    const known = due.get(one.goods.sku_code) || { goods: one.goods, due: 0 };
    known.due += one.allocated_qty;
    due.set(one.goods.sku_code, known);
  });
  return [...due.values()].filter((one) => one.due > 0).sort((a, b) => a.goods.at - b.goods.at);
};
const differs = (found) => Object.values(found).some((qty) => qty > 0);
const foundWords = (found) => KINDS.filter(([kind]) => found[kind]).map(([kind, words]) => `${words()} ${found[kind]}`).join(' · ');

const setFound = (sku, kind, qty) => {
  const found = { ...none(), ...count.found[sku], [kind]: Math.max(0, qty) };
  // What is short is not over.
  if (kind === 'short' && qty > 0) found.over = 0;
  if (kind === 'over' && qty > 0) found.short = 0;
  if (differs(found)) count.found[sku] = found;
  else delete count.found[sku];
  keepCount();
  draw();
};

const dueRow = ({ goods, due }) => {
  const found = count.found[goods.sku_code] || none();
  const isOpen = count.open === goods.sku_code;
  const missing = found.short + found.broken + found.wrong;
  const head = el('button', {
    type: 'button', class: 'item due', 'data-due': goods.sku_code, 'aria-expanded': String(isOpen),
    onclick: () => {
      count.open = isOpen ? null : goods.sku_code;
      draw();
    },
  },
  el('span', { class: 'pieces' }, el('b', {}, String(due)), el('small', {}, ` ${goods.unit}`)),
  el('span', { class: 'goods' }, el('b', {}, goods.sku_name), ' ', el('small', {}, goods.spec)),
  el('span', { class: differs(found) ? 'mark cancelled' : 'note' }, differs(found) ? foundWords(found) : isOpen ? '' : say('改', 'change')));
  if (!isOpen) return head;
  const most = (kind) => (kind === 'over' ? 9999 : due - missing + found[kind]);
  return el('div', { class: 'due-open' }, head, el('div', { class: 'kinds' }, KINDS.map(([kind, words]) => el('div', { class: 'kind', 'data-kind': kind }, el('span', {}, words()),
    stepper(found[kind], most(kind), (qty) => setFound(goods.sku_code, kind, qty), `${goods.sku_name} ${words()}`)))));
};

const arrivalWords = (arrival) => {
  const { receipt, report_by: until } = arrival;
  const by = until ? (Date.parse(until) > Date.now()
    ? say(`请在 ${minute(until)} 前报差异，逾期视为足数`, `Report differences until ${minute(until)}; after that all counts as come`)
    : say(`已过 ${minute(until)}，按足数算；还可以补报`, `It is past ${minute(until)}: all counts as come; report what differs anyway`)) : '';
  if (!receipt) return by;
  const differing = receipt.lines.length;
  const at = minute(receipt.at instanceof Date ? receipt.at : receipt.at);
  const what = differing ? say(`${differing} 种有差异`, `${differing} kinds differ`) : say('全部收齐', 'all there');
  const signed = receipt.is_unsigned ? say('无人签收，已放门口 · ', 'left unsigned · ') : '';
  return say(`${at} ${receipt.by} 已点收：应到 ${receipt.due_qty} 件，${signed}${what}。再点一次就是更正。`, `${at} ${receipt.by} counted: ${receipt.due_qty} due, ${signed}${what}. Counting again corrects it.`)
    + (receipt.is_unsigned ? ` ${by}` : '');
};

const drawReceive = () => {
  const arrival = countedArrival();
  const due = arrival ? dueOf(arrival) : [];
  const total = due.reduce((sum, one) => sum + one.due, 0);
  const differing = due.filter(({ goods }) => count.found[goods.sku_code]).length;
  const scrolled = window.scrollY;
  const focus = document.activeElement && parts.page.contains(document.activeElement) ? document.activeElement.getAttribute('aria-label') : null;
  const others = model.arrivals.length > 1 && el('div', { class: 'chips' }, model.arrivals.map((one) => button(
    `${model.day.points[one.point].name} ${model.day.cycles[one.cycle].pickup_date.slice(5)}`, () => openReceive(one), { class: 'act chip', 'aria-pressed': String(one === arrival) })));
  const unsigned = el('input', { type: 'checkbox', id: 'unsigned', checked: count.isUnsigned, onchange: () => {
    count.isUnsigned = unsigned.checked;
    keepCount();
    draw();
  } });
  const words = arrival && arrivalWords(arrival);
  const missing = arrival ? missingOf(arrival) : [];
  parts.page.replaceChildren(...[
    pageHead(say('收货', 'Receive'), arrival ? `${model.day.points[arrival.point].name} · ${model.day.cycles[arrival.cycle].name}` : ''),
    others, words && el('p', { class: arrival.receipt ? 'note told' : 'older' }, words),
    arrival && arrival.receipt && arrival.receipt.photos && el('div', { class: 'photos' }, photoLinks(arrival.receipt.photos)),
    missing.length && el('div', { class: 'foot-rows' }, missing.map(({ goods, missing: qty, chosen }) => button(
      say(`${goods.sku_name} 少 ${qty}，已选 ${chosen}：选不发的住户`, `${goods.sku_name}: ${qty} missing, ${chosen} chosen`), () => openWithout(arrival, goods.sku_code), { 'data-without': goods.sku_code }))),
    due.length ? el('section', {}, el('h2', {}, say(`应到 ${total} 件，有差异的点开改`, `${total} due; open what differs`)), due.map(dueRow))
      : el('div', { class: 'empty' }, el('h2', {}, say('没有应到的货', 'Nothing is due')), el('p', {}, say('仓库分配完，这里就有应到的数', 'What is due stands here once the warehouse has shared it out'))),
    due.length && el('label', { class: 'pick paid', for: 'unsigned' }, unsigned, say('无人签收，货放在门口', 'Left at the door, nobody signed')),
    due.length && count.photos.row,
  ].filter(Boolean));
  window.scrollTo(0, scrolled);
  if (focus) {
    const again = [...parts.page.querySelectorAll('[aria-label]')].find((node) => node.getAttribute('aria-label') === focus);
    if (again) again.focus({ preventScroll: true });
  }
  const said = differing ? say(`记下 ${differing} 种差异`, `Note ${differing} differing`) : say(`全部收齐 ${total} 件`, `All ${total} there`);
  parts.foot.replaceChildren(button(say('返回', 'Back'), () => history.back()), button(said, () => noteCount(arrival, due, total), { class: 'act main', disabled: !due.length, 'data-act': 'count' }));
};

const noteCount = (arrival, due, total) => {
  const { receipt } = arrival;
  const lines = due.filter(({ goods }) => count.found[goods.sku_code]).map(({ goods, due: qty }) => {
    const found = count.found[goods.sku_code];
    return { sku: goods.sku_code, due: qty, short_qty: found.short, over_qty: found.over, broken_qty: found.broken, wrong_qty: found.wrong };
  });
  const { user } = model.day;
  const body = {
    cycle: count.cycle, point: count.point, is_unsigned: count.isUnsigned, device_time: new Date().toISOString(), by: user.name,
    lines: lines.map(({ sku, due: _, ...found }) => ({ sku, ...found })),
  };
  const shown = {
    count_no: receipt ? receipt.count_no + 1 : 1, is_unsigned: count.isUnsigned, due_qty: total, by: user.name, at: new Date(),
    lines: lines.map(({ sku, due: qty, ...found }) => ({ sku_code: sku, due_qty: qty, ...found })),
  };
  const act = tellServer('receipt', '/api/v1/receipts/leader', body, shown, say('收货', 'Receiving'));
  const pictures = tellPhotos(count.photos.taken, act, { cycle: count.cycle, point: count.point });
  putKept('state', [[count.key, undefined]]);
  const words = receipt && !lines.length ? say(`已更正：全部收齐 ${total} 件`, `Corrected: all ${total} there`) : lines.length ? say(`已点收，${lines.length} 种有差异`, `Counted, ${lines.length} kinds differ`) : say(`已点收 ${total} 件`, `Counted ${pieces(total)}`);
  const waiting = unchosen(countedArrival());
  if (waiting.length) openWithout(countedArrival(), waiting[0].goods.sku_code);
  else history.back();
  offerUndo(words, () => takeBack([act, ...pictures]).then(draw));
};
later.acts.receive = openReceive;
