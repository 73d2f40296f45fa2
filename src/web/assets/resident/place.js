// Placing the order, once: it is kept with its key before it is sent, and sent again as it was until an answer comes.
const sending = { isBusy: false, isClosed: false };
const pendingName = shop && `pending-${shown.cycle}`;
const pending = () => kept(pendingName, null);

const orderBody = () => {
  const { remark, ...resident } = person();
  if (resident.phone) resident.phone = resident.phone.replace(/[\s-]/g, '');
  const lines = chosen().map(({ sku, qty, tolerance }) => (tolerance ? { sku, qty, tolerance } : { sku, qty }));
  return JSON.stringify({ cycle: shown.cycle, leader: shown.leader, point: shown.point, resident, lines, ...(remark ? { remark } : {}) });
};

const drawPlace = (pieces) => {
  const isForm = !form.hidden;
  const waits = pending();
  const words = sending.isBusy ? say('正在下单…', 'Placing…') : waits ? say('再试一次', 'Try again') : isForm ? say('下单', 'Place order') : say('去下单', 'To the order');
  foot.act.textContent = words;
  foot.act.disabled = sending.isBusy || (!waits && (sending.isClosed || !pieces));
  form.querySelectorAll('fieldset').forEach((part) => { part.disabled = sending.isBusy || Boolean(waits); });
  byId('basket').inert = sending.isBusy || Boolean(waits);
};

const footAct = () => {
  if (form.hidden && !pending()) openForm();
  else placeOrder();
};

const WAITING = () => say('还没有收到回答，内容已保留。再试一次，不会下成两单。', 'No answer yet; all is kept. Try again: it is placed once.');
const giveUp = () => button(say('不等了，改一改', 'Do not wait, change it'), () => {
  keep(pendingName, null);
  tellForm(say('刚才那一单可能已经收到，请先问团长，免得重复。', 'The first one may have arrived: ask the leader before you order again.'));
  drawFoot();
}, { id: 'give-up' });

const placeOrder = async () => {
  if (sending.isBusy) return;
  clearFaults();
  tellForm('');
  if (!pending()) {
    if (!['nickname', 'room', 'phone'].some((name) => byId(name).value.trim())) {
      tellField('nickname', say('称呼、房号、手机至少填一样', 'Give at least one of name, room and mobile'));
      byId('nickname').focus();
      return;
    }
    const about = { name: document.querySelector('.window h2').textContent, pickup: shown.pickup };
    keep(pendingName, { key: newId(), body: orderBody(), about });
  }
  sending.isBusy = true;
  drawFoot();
  try {
    const { key, body } = pending();
    const answer = await change('/api/v1/orders', { 'Idempotency-Key': key }, body);
    sending.isBusy = false;
    if (answer.status === 201) orderIsIn(answer.body);
    else if (isToWait(answer)) waitLonger(answer);
    else await orderIsNotIn(answer);
  } catch (error) {
    sending.isBusy = false;
    if (!(error instanceof NoAnswer)) throw error;
    if (form.hidden) openForm();
    tellForm(WAITING(), giveUp());
  } finally {
    drawFoot();
  }
};

const isToWait = ({ status, body }) => status >= 500 || status === 429 || body.code === 'in_flight';
const waitLonger = ({ retry, body }) => {
  if (form.hidden) openForm();
  const seconds = retry || 3;
  tellForm(say(`${body.detail || '服务器忙'}，内容已保留。${seconds} 秒后再试，不会下成两单。`, `${body.title || 'The server is busy'}; all is kept. Try again in ${seconds} s: it is placed once.`), giveUp());
};

const orderIsIn = (placed, name = pendingName) => {
  const { about } = kept(name, {});
  rememberOrder({ no: placed.order_no, link: placed.link, total: yuan(placed.total_fen), ...(about || { name: '', pickup: '' }) });
  keep(name, null);
  if (name === pendingName) Object.assign(basket, { lines: {}, remark: '' });
  keep(name.replace('pending-', 'basket-'), { lines: {}, remark: '' });
  location.assign(IS_ZH ? placed.link : `${placed.link}?lang=en`);
};

// A refusal leaves nothing behind: the basket stays, and says what is to be changed.
const orderIsNotIn = async ({ status, body }) => {
  keep(pendingName, null);
  if (form.hidden) openForm();
  if (body.code === 'cycle_closed') {
    sending.isClosed = true;
    tick();
    tellForm(say(`该团期已于 ${shown.cutoffTime} 截单，购物车已保留`, `This cycle closed at ${shown.cutoffTime}; your basket is kept`));
    return;
  }
  if (body.sku_code && rows.has(body.sku_code)) {
    await tellBound(rows.get(body.sku_code), body);
    return;
  }
  const others = (body.errors || []).filter((fault) => !tellFault(fault)).map((fault) => say(fault.zh, fault.en));
  const head = body.code === 'bad_fields' ? say('有几处要改，内容已保留', 'Some fields need a change; all is kept') : say(body.detail, body.title) || String(status);
  tellForm([head, ...others].join(say('；', '; ')));
  const wrong = form.querySelector('[aria-invalid]');
  if (wrong) wrong.focus();
};

const tellFault = (fault) => {
  const name = FIELDS.find((field) => fault.field === field || fault.field === `resident.${field}`) || (fault.field === 'resident' && 'nickname');
  if (name) tellField(name, say(fault.zh, fault.en));
  return Boolean(name);
};

const tellBound = async (row, body) => {
  const left = Number(body.left_qty) || 0;
  const why = body.code === 'sold_out' ? (left ? say(`只剩 ${left} ${row.unit}`, `only ${left} left`) : say('已售罄', 'is sold out'))
    : say(left ? `限购，你还可以订 ${left} ${row.unit}` : '你已经订满限购数', left ? `is limited: ${left} more for you` : 'is limited, and you have yours');
  const mend = button(left ? say(`改成 ${left} ${row.unit}`, `Make it ${left}`) : say('去掉这一样', 'Leave it out'), () => {
    setQty(row.sku, left);
    drawBasket();
    tellForm('');
    foot.act.focus();
  }, { id: 'mend' });
  tellForm(say(`${row.name}${why}。其他都还在。`, `${row.name} ${why}. Everything else is kept.`), mend);
  await readNow();
  drawBasket();
};

// An order whose answer was lost, and whose cycle takes none here any more: it may be in, so it is asked for by its key. The
// key gets the first answer, after the cutoff too.
const lostOrders = () => keptNames('pending-').filter((name) => name !== pendingName || !isOpen);
const tellLost = (name) => {
  const words = el('p', {}, say('有一单还没有收到回答，可能已经下单。', 'The answer to an order is still missing; it may be in.'));
  const again = button(say('再问一次', 'Ask again'), async () => {
    again.disabled = true;
    const { key, body } = kept(name, {});
    try {
      const answer = await change('/api/v1/orders', { 'Idempotency-Key': key }, body);
      if (answer.status === 201) orderIsIn(answer.body, name);
      else if (!isToWait(answer)) {
        keep(name, null);
        const why = say(answer.body.detail, answer.body.title) || String(answer.status);
        words.textContent = say(`问过了，那一单没有下成：${why}`, `It was not placed: ${why}`);
        again.remove();
        tellKeptBasket();
        return;
      }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
    again.disabled = false;
  }, { class: 'act ask-again' });
  byId('words').append(el('div', { class: 'older lost-order' }, words, again));
};
const tellKeptBasket = () => {
  const pieces = count();
  if (isOpen || !pieces || !shown.point) return;
  byId('words').append(el('p', { class: 'older' }, say(`购物车里的 ${pieces} 件已保留，没有下单。`, `The ${pieces} in your basket are kept; they were not ordered.`)));
};
