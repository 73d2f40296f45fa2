// 粘贴接龙: a chat's text becomes draft orders; they are looked over, then placed, each once however often it is tried.
let thread = null;

const keepThread = () => putKept('state', [['jielong', thread]]);
later.acts.jielong = async () => {
  thread = (await kept('state', 'jielong')) || { text: '', cycle: '', point: '', entries: [] };
  Object.assign(thread, { words: '', isBusy: false });
  openPage({ draw: drawThread });
  await readWindow();
};

const threadCycle = () => shop.window && shop.window.cycles[Math.min(shop.at, shop.window.cycles.length - 1)];
const entrySum = (cycle, entry) => entry.lines.reduce((sum, one) => sum + ((offerOf(cycle, one.sku_code) || { sale_price_fen: 0 }).sale_price_fen * one.qty), 0);
// An order of the window that this entry may be already.
const knownOrder = (cycle, entry) => cycle.orders.find((order) => order.chain_no === entry.chain_no && entry.chain_no
  && (order.nickname === entry.nickname || (entry.room && order.room === entry.room)));
const canPlace = (entry) => entry.isOn && !entry.faults.length && !entry.order;

// Orders of a leader with several points go to the one that was chosen.
const threadPoints = () => (shop.window && shop.window.points.length > 1 ? shop.window.points : []);
const isPlaced = () => !threadPoints().length || threadPoints().some((point) => point.point_code === thread.point);

// Read again, an entry that stands where it stood is the same order under the same key: its answer may have been lost.
const readThread = async ({ cycle_code: code }) => {
  if (thread.isBusy) return;
  thread.words = '';
  if (!(await readWindow())) {
    thread.words = shop.words;
    draw();
    return;
  }
  const cycle = shop.window.cycles.find((one) => one.cycle_code === code);
  if (!cycle) {
    draw();
    return;
  }
  try {
    const answer = await change('/api/v1/jielong', { cycle: cycle.cycle_code, text: thread.text });
    if (answer.status !== 200) thread.words = say(answer.body.detail, answer.body.title);
    else {
      const before = thread.cycle === code ? thread.entries : [];
      thread.cycle = code;
      thread.entries = answer.body.entries.map((entry) => {
        const known = knownOrder(cycle, entry);
        const same = before.find((one) => one.line === entry.line && one.text === entry.text);
        const { key, order } = same || { key: newId(), order: '' };
        return { ...entry, key, order, isOn: !entry.faults.length && !known && !order, known: known ? known.order_no : '', words: '' };
      });
      if (!thread.entries.length) thread.words = say('没有读到接龙：每户一行，行首要有序号', 'No entries: one household a line, each with a number');
    }
  } catch (error) {
    if (error instanceof SignedOut) {
      await signedOut();
      return;
    }
    thread.words = say('没有网络，文字已保留', 'No connection; the text is kept');
  }
  keepThread();
  draw();
};

const placeThread = async (cycle) => {
  if (thread.isBusy) return;
  Object.assign(thread, { isBusy: true, words: '' });
  let placed = 0;
  for (const entry of thread.entries.filter(canPlace)) {
    thread.words = say(`正在下单：${entry.chain_no} 号 ${entry.nickname}`, `Placing no. ${entry.chain_no} ${entry.nickname}`);
    draw();
    const some = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
    const { nickname, phone, building, unit_no: unit, room } = entry;
    const body = {
      cycle: cycle.cycle_code, leader: shop.window.leader_code, ...some({ point: threadPoints().length ? thread.point : '', chain_no: entry.chain_no }),
      resident: some({ nickname, phone, building, unit_no: unit, room }), lines: entry.lines.map((one) => ({ sku: one.sku_code, qty: one.qty })), paid: false,
    };
    try {
      const answer = await change('/api/v1/orders', body, { 'Idempotency-Key': entry.key });
      if (answer.status === 201) Object.assign(entry, { order: answer.body.order_no, words: '' });
      else Object.assign(entry, { isOn: false, words: say([answer.body.detail, ...(answer.body.errors || []).map((fault) => fault.zh)].join('；'), [answer.body.title, ...(answer.body.errors || []).map((fault) => fault.en)].join('; ')) });
      placed += entry.order ? 1 : 0;
    } catch (error) {
      if (error instanceof SignedOut) {
        await signedOut();
        return;
      }
      thread.words = say(`没有连上，已下 ${placed} 户；再点一次接着下，不会下成两单`, `No connection, ${placed} placed; go on with another tap, none is placed twice`);
      break;
    }
    keepThread();
  }
  thread.isBusy = false;
  if (placed && !thread.words.startsWith(say('没有连上', 'No connection'))) thread.words = say(`已下单 ${placed} 户`, `${placed} placed`);
  keepThread();
  await readWindow();
};

const entryRow = (cycle, entry) => {
  const goods = entry.lines.map((one) => `${(offerOf(cycle, one.sku_code) || { sku_name: one.sku_code }).sku_name} ×${one.qty}`).join('，');
  const input = el('input', { type: 'checkbox', checked: entry.isOn, disabled: Boolean(entry.order) || entry.faults.length > 0, 'aria-label': say(`${entry.chain_no} 号`, `no. ${entry.chain_no}`), onchange: () => {
    entry.isOn = input.checked;
    keepThread();
    draw();
  } });
  return el('div', { class: 'item entry', 'data-entry': String(entry.chain_no) }, el('label', { class: 'pick' }, input, el('span', { class: 'goods' },
    el('b', {}, `${entry.chain_no} · ${[entry.nickname, roomCode(entry), entry.phone].filter(Boolean).join(' · ')}`), el('br', {}), el('small', {}, goods || entry.text),
    entry.faults.map((fault) => el('span', { class: 'wrong line-of' }, say(fault.zh, fault.en))), entry.words ? el('span', { class: 'wrong line-of' }, entry.words) : '',
    entry.known && !entry.order ? el('span', { class: 'line-of note' }, say(`可能已下过单：${entry.known}`, `Perhaps placed: ${entry.known}`)) : '')),
  entry.order ? el('span', { class: 'mark settled' }, say('✓ 已下单', '✓ placed')) : el('b', {}, yuan(entrySum(cycle, entry))));
};

// The text stays the same element, so that what is typed stays where it is.
const drawThread = () => {
  const cycle = threadCycle();
  if (!parts.page.querySelector('#jielong-text')) {
    const text = el('textarea', { class: 'field', id: 'jielong-text', rows: '6', 'aria-label': say('接龙文字', 'The thread'), placeholder: say('从群里复制接龙，粘贴到这里，如：\n1. 小芳妈 3-2-1502 鸡蛋+2 上海青 1', 'Paste the thread of the chat here, as:\n1. Xiaofang 3-2-1502 eggs+2') });
    text.value = thread.text;
    text.addEventListener('input', () => {
      thread.text = text.value;
      keepThread();
      drawThreadFoot(threadCycle());
    });
    parts.page.replaceChildren(pageHead(say('粘贴接龙', 'Paste a thread'), ''), text, el('div', { class: 'thread-point' }), el('div', { class: 'thread' }));
  }
  const known = parts.page.querySelector('.household-head p') || parts.page.querySelector('.household-head div').appendChild(el('p', {}));
  known.textContent = cycle ? `${cycle.name} · ${leftWords(cycle)}` : shop.words || say('现在没有开着的团', 'No cycle is open');
  drawThreadPoint();
  const isSame = cycle && thread.cycle === cycle.cycle_code;
  parts.page.querySelector('.thread').replaceChildren(...[
    thread.words && el('p', { class: 'older', role: 'status' }, thread.words), ...(isSame ? thread.entries.map((entry) => entryRow(cycle, entry)) : []),
  ].filter(Boolean));
  drawThreadFoot(cycle);
};
// Built once the points are known, so that it stays open while it is chosen from.
const drawThreadPoint = () => {
  const place = parts.page.querySelector('.thread-point');
  if (place.firstChild || !threadPoints().length) return;
  place.append(el('select', { class: 'field', id: 'thread-point', 'aria-label': say('自提点', 'Pickup point'), onchange: (event) => {
    thread.point = event.target.value;
    keepThread();
    drawThreadFoot(threadCycle());
  } }, el('option', { value: '' }, say('请选自提点', 'Choose the pickup point')),
  threadPoints().map((point) => el('option', { value: point.point_code, selected: point.point_code === thread.point }, point.name))));
};
const drawThreadFoot = (cycle) => {
  const ready = cycle && thread.cycle === cycle.cycle_code ? thread.entries.filter(canPlace) : [];
  const total = ready.reduce((sum, entry) => sum + entrySum(cycle, entry), 0);
  parts.foot.replaceChildren(button(say('返回', 'Back'), () => history.back()),
    button(say('读出订单', 'Read'), () => readThread(cycle), { class: `act${ready.length ? '' : ' main'}`, disabled: !cycle || !thread.text.trim() || thread.isBusy, 'data-act': 'read-thread' }),
    ready.length ? button(say(`下单 ${ready.length} 户 ${yuan(total)}`, `Place ${ready.length}: ${yuan(total)}`), () => placeThread(cycle), { class: 'act main', disabled: thread.isBusy || !isPlaced(), 'data-act': 'place-thread' }) : '');
};
