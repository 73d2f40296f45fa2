// A household beside handing out: called, joined with another, parted, given its cash back. These need a connection.
const online = async (path, body, done) => {
  try {
    const answer = await change(path, body);
    if (answer.status >= 400) tell(say(answer.body.detail, answer.body.title));
    else await done(answer.body);
  } catch (error) {
    if (error instanceof SignedOut) await signedOut();
    else tell(say('没有网络，没有改动；连上后再试', 'No connection, nothing was changed; try again later'));
  }
};

later.acts.call = (home) => online(`/api/v1/orders/${encodeURIComponent((home.orders.find((order) => order.phone_tail4) || home.face).order_no)}/call`, undefined, ({ phone }) => {
  if (!phone) {
    tell(say('没有留手机号', 'No phone was given'));
    return;
  }
  openSheet(say(`打给 ${doorName(home.face)} ${home.face.resident}`, `Call ${doorName(home.face)} ${home.face.resident}`), el('div', { class: 'foot-rows' },
    el('a', { class: 'act main', href: `tel:${phone}`, onclick: () => setTimeout(closeSheet, 300) }, phone), el('p', { class: 'note' }, say('查看号码会记入日志', 'Looking at it is logged'))));
});

const ordersOf = (home) => home.orders.map((order) => order.order_no);
// Changes who collects together; one tap takes it back. The household that was looked at stays before one's eyes.
const regroup = (groups, words) => {
  const id = newId();
  const show = async () => {
    await readDay();
    const home = model.byOrder.get(groups[0][0]);
    if (ui.homeId !== null && home) Object.assign(ui, { homeId: home.id, picks: allPicks(home) });
    draw();
  };
  return online('/api/v1/households', { change_id: id, groups }, async () => {
    closeSheet();
    await show();
    offerUndo(words, () => online('/api/v1/households', { change_id: newId(), undoes: id }, show));
  });
};

later.acts.join = (home) => {
  const input = el('input', { type: 'search', class: 'field', id: 'join-who', autocomplete: 'off', placeholder: say('房号 / 昵称 / 尾号', 'Room / nickname / tail'), 'aria-label': say('并哪一户', 'Join which household') });
  const list = el('div', { class: 'foot-rows' });
  const show = () => {
    const others = model.homes.filter((other) => other.point === home.point && other.id !== home.id);
    const near = others.filter((other) => other.face.building === home.face.building && other.face.room && other.face.room === home.face.room);
    const found = input.value ? find(others, input.value).map((one) => one.home) : near;
    list.replaceChildren(...found.slice(0, 8).map((other) => button(`${doorName(other.face)} ${personWords(other.face)}`, () => regroup(
      [[...ordersOf(home), ...ordersOf(other)]], say(`已并户：${doorName(home.face)} + ${doorName(other.face)}`, `Joined: ${doorName(home.face)} + ${doorName(other.face)}`)), { 'data-join': other.id })));
  };
  input.addEventListener('input', show);
  openSheet(say('和哪一户一起提？', 'Who collects together with them?'), el('div', { class: 'foot-rows' }, input), list);
  show();
  input.focus();
};

later.acts.part = (home) => openSheet(say('哪一单单独成户？', 'Which order is a household of its own?'), el('div', { class: 'foot-rows' }, home.orders.map((order) => button(
  `${doorName(order)} ${personWords(order)} · ${order.order_no}`, () => regroup([home.orders.filter((one) => one !== order).map((one) => one.order_no), [order.order_no]], say(`已拆出 ${doorName(order)} ${order.resident}`, `Parted: ${doorName(order)} ${order.resident}`)),
  { 'data-part': order.order_no }))));

later.acts.cashBack = (home) => {
  const orders = home.orders.filter((order) => order.cashBack > 0);
  const total = yuan(home.cashBack);
  openSheet(say(`已把 ${total} 现金退给住户？`, `${total} given back in cash?`), el('p', {}, say(`${orders.length} 单缺货的款记为已退，记了不能改。`, `${orders.length} order(s) will be refunded; this cannot be undone.`)),
    el('div', { class: 'foot-rows' }, button(say(`已退 ${total}`, `${total} given back`), () => {
      closeSheet();
      enqueue(orders.map((order) => ({
        id: newId(), kind: 'cash', path: `/api/v1/orders/${encodeURIComponent(order.order_no)}/cash-back`, body: { amount_fen: order.cashBack }, orderNo: order.order_no, lines: [], at: Date.now(), what: say(`${order.order_no} 退现金`, `Cash back for ${order.order_no}`),
      })));
      tell(say(`已记退现金 ${total}`, `${total} given back`));
    }, { class: 'act main', 'data-act': 'cash-done' })));
};
