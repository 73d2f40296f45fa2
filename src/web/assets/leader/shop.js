// Orders while they come in: what the leader's neighbours ordered, who has paid, and texts for the chat. All of it needs a
// connection; an order counts when the server has it.
const shop = { window: null, at: 0, draft: null, words: '', faults: [], filter: '', isSending: false };

const openShop = async () => {
  closeSheet();
  ui.shop = 'orders';
  shop.words = '';
  history.pushState({ shop: 'orders' }, '');
  draw();
  window.scrollTo(0, 0);
  await readWindow();
};

// Tells whether it was read.
const readWindow = async () => {
  let isRead = false;
  try {
    const answer = await send('GET', '/api/v1/leader/window');
    isRead = answer.status === 200;
    if (isRead) Object.assign(shop, { window: answer.body, words: '' });
    else shop.words = say(answer.body.detail, answer.body.title);
  } catch (error) {
    if (error instanceof SignedOut) {
      await signedOut();
      return false;
    }
    shop.words = say('没有网络，订单要联网才看得到', 'No connection: orders need one');
  }
  draw();
  return isRead;
};

const shopCycle = () => (shop.window && shop.window.cycles[Math.min(shop.at, shop.window.cycles.length - 1)]) || null;
const offerOf = (cycle, sku) => cycle.offers.find((offer) => offer.sku_code === sku);
const dayOf = (time) => time.slice(5, 10);

// How long the window is open still, by the phone's clock.
const leftWords = (cycle) => {
  const minutes = Math.floor((Date.parse(cycle.cutoff_at) - Date.now()) / 60000);
  if (minutes < 0) return say('已到截单时间', 'the cutoff has come');
  const hours = Math.floor(minutes / 60);
  return hours ? say(`还有 ${hours} 小时 ${minutes % 60} 分`, `${hours} h ${minutes % 60} min left`) : say(`还有 ${minutes} 分钟`, `${minutes} min left`);
};

const shopFigures = (cycle) => {
  const unpaid = cycle.orders.filter((order) => !order.is_paid);
  const count = (orders) => orders.reduce((sum, order) => sum + order.lines.reduce((part, one) => part + one.ordered_qty, 0), 0);
  const total = (orders) => orders.reduce((sum, order) => sum + order.total_fen, 0);
  return { orders: cycle.orders.length, pieces: count(cycle.orders), total: total(cycle.orders), unpaid, unpaidTotal: total(unpaid) };
};

// Tells the server, and shows what became of it.
const shopAct = async (path, body, done) => {
  try {
    const answer = await change(path, body);
    if (answer.status >= 400) tell(say(answer.body.detail, answer.body.title));
    else tell(done(answer.body));
    await readWindow();
  } catch (error) {
    if (error instanceof SignedOut) await signedOut();
    else tell(say('没有网络，没有改动；连上后再试', 'No connection, nothing was changed; try again later'));
  }
};

const askPaid = (cycle, orders) => {
  const total = yuan(orders.reduce((sum, order) => sum + order.total_fen, 0));
  openSheet(say(`确认收到 ${total}？`, `${total} received?`),
    el('p', {}, say(`${orders.length} 单记为已收款，记了不能改。`, `${orders.length} order(s) will be paid; this cannot be undone.`)),
    el('div', { class: 'foot-rows' }, button(say(`已收 ${total}`, `${total} received`), () => {
      closeSheet();
      const leaders = [...new Set(orders.map((order) => order.leader_code))];
      leaders.forEach((leader) => shopAct(`/api/v1/cycles/${encodeURIComponent(cycle.cycle_code)}/payments`,
        { leader, orders: orders.filter((order) => order.leader_code === leader).map((order) => order.order_no) },
        (body) => say(`已记收款 ${body.paid + body.already} 单`, `${body.paid + body.already} paid`)));
    }, { class: 'act main', 'data-act': 'paid-all' })));
};

const askCancel = (order) => openSheet(say(`取消 ${doorName(order)} 的订单？`, `Cancel the order of ${doorName(order)}?`),
  el('p', {}, say(`${order.order_no} · ${yuan(order.total_fen)}，取消后要重新下单。`, `${order.order_no} · ${yuan(order.total_fen)}; it must be placed anew afterwards.`)),
  el('div', { class: 'foot-rows' }, button(say('取消这一单', 'Cancel this order'), () => {
    closeSheet();
    shopAct(`/api/v1/orders/${encodeURIComponent(order.order_no)}/cancel`, undefined, () => say(`已取消 ${order.order_no}`, `Cancelled ${order.order_no}`));
  }, { 'data-act': 'cancel-order' })));

const orderRow = (cycle, order) => {
  const goods = order.lines.map((one) => `${offerOf(cycle, one.sku_code).sku_name} ×${one.ordered_qty}`).join('，');
  return el('div', { class: 'order-row', 'data-order': order.order_no },
    el('span', { class: 'room' }, doorName(order)), el('span', { class: 'qty' }, el('b', {}, yuan(order.total_fen))),
    el('span', { class: 'who' }, personWords(order)), el('span', { class: 'note' }, goods),
    el('span', { class: 'order-acts' },
      order.is_paid ? el('span', { class: 'mark settled' }, say('✓ 已收款', '✓ paid')) : button(say('收款', 'Paid'), () => askPaid(cycle, [order]), { class: 'act small', 'data-act': 'paid-one' }),
      button(say('复制链接', 'Copy link'), () => copy(location.origin + order.link), { class: 'act small' }),
      button(say('取消', 'Cancel'), () => askCancel(order), { class: 'act small' })));
};

// Texts for the chat while the window is open.
const windowTexts = (cycle) => {
  const cutoff = `${dayOf(cycle.cutoff_at)} ${minute(cycle.cutoff_at)}`;
  const pickup = cycle.pickup_date.slice(5);
  const goods = cycle.offers.map((offer, at) => `${at + 1}. ${offer.sku_name} ${offer.spec} ${yuan(offer.sale_price_fen)}/${offer.unit}`).join('\n');
  const { orders, pieces: count } = shopFigures(cycle);
  return [
    [say('复制开团文案', 'Copy the opening text'), `【开团】${cycle.name}\n${cutoff} 截单，${pickup} 提货。\n${goods}\n报房号或昵称加序号就能下单。`],
    [say('复制截单提醒', 'Copy the cutoff reminder'), `【快截单了】${cycle.name} ${cutoff} 截单，${pickup} 提货。已有 ${orders} 单 ${count} 件，还没下单的抓紧。`],
  ];
};

const shopList = (cycle) => {
  const figures = shopFigures(cycle);
  const others = shop.window.cycles.length > 1 && el('div', { class: 'chips' }, shop.window.cycles.map((one, at) => button(one.name, () => {
    shop.at = at;
    draw();
  }, { class: 'act chip', 'aria-pressed': String(one === cycle) })));
  return [
    others,
    el('p', { class: 'note' }, say(`${minute(cycle.cutoff_at)} 截单 · ${leftWords(cycle)} · ${cycle.pickup_date.slice(5)} 提货`, `Cutoff ${minute(cycle.cutoff_at)} · ${leftWords(cycle)} · pickup ${cycle.pickup_date.slice(5)}`)),
    el('p', { class: 'figures-line' }, [[say('订单', 'Orders'), figures.orders], [say('件数', 'Pieces'), figures.pieces], [say('金额', 'Total'), yuan(figures.total)]]
      .map(([name, value]) => el('span', {}, `${name} `, el('b', {}, String(value))))),
    figures.unpaid.length ? el('p', { class: 'money' }, el('span', {}, say(`未收 ${figures.unpaid.length} 单`, `${figures.unpaid.length} unpaid`)), el('b', {}, yuan(figures.unpaidTotal)),
      button(say('全部已收', 'All paid'), () => askPaid(cycle, figures.unpaid), { 'data-act': 'all-paid' })) : null,
    el('div', { class: 'foot-row' }, windowTexts(cycle).map(([words, text]) => button(words, () => copy(text), { class: 'act small' }))),
    cycle.orders.length ? cycle.orders.slice(0, 300).map((order) => orderRow(cycle, order))
      : el('div', { class: 'empty' }, el('h2', {}, say('还没有订单', 'No orders yet')), el('p', {}, say('点下面“代下单”替邻居下第一单', 'Place the first for a neighbour below'))),
  ].flat();
};

const drawShop = () => {
  const cycle = shopCycle();
  const title = ui.shop === 'form' ? say('代下单', 'Order for a neighbour') : cycle ? cycle.name : say('订单', 'Orders');
  const head = el('div', { class: 'household-head' }, button('‹', () => history.back(), { class: 'act back', 'aria-label': say('返回', 'Back') }), el('div', {}, el('h1', {}, title)));
  const words = shop.words && el('p', { class: 'older', role: 'alert' }, shop.words);
  let body = [el('div', { class: 'loading' }, el('i', {}), el('i', {}), el('i', {}))];
  if (shop.words && !shop.window) body = [button(say('再试一次', 'Try again'), readWindow)];
  else if (shop.window && !cycle) body = [el('div', { class: 'empty' }, el('h2', {}, say('现在没有开着的团', 'No cycle is open')), el('p', {}, say('开团以后可以在这里替邻居下单', 'Orders can be placed here once one is')))];
  else if (cycle && ui.shop === 'orders') body = shopList(cycle);
  if (ui.shop === 'form' && cycle) {
    drawForm(cycle, head);
    return;
  }
  parts.shop.replaceChildren(...[head, words, ...body].filter(Boolean));
  parts.foot.replaceChildren(button(say('返回', 'Back'), () => history.back()),
    button(say('代下单', 'Place an order'), openForm, { class: 'act main', disabled: !cycle, 'data-act': 'new-order' }));
};
