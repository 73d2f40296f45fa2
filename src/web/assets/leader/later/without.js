// Short goods: who goes without. Those who paid last and were not served yet are ticked beforehand.
let without = null;

const openWithout = (arrival, sku) => {
  const codes = codesOf(arrival);
  without = { ...codes, sku, ticks: new Map() };
  const { missing, homesOf } = standing();
  const chosen = homesOf.filter((one) => one.lost > 0);
  if (chosen.length) chosen.forEach((one) => without.ticks.set(one.order.order_no, one.lost));
  else {
    let rest = missing;
    homesOf.forEach((one) => {
      const qty = Math.min(rest, one.open);
      if (qty > 0) without.ticks.set(one.order.order_no, qty);
      rest -= qty;
    });
  }
  openPage({ draw: drawWithout });
};

// What is missing, and who could go without: those with something of it still to get, the last to pay first.
const standing = () => {
  const arrival = model.arrivals.find((one) => codesOf(one).cycle === without.cycle && codesOf(one).point === without.point);
  const found = missingOf(arrival).find(({ goods }) => goods.sku_code === without.sku);
  const all = linesOf(arrival).filter(({ one }) => one.goods.sku_code === without.sku);
  const homesOf = all.map(({ home, order, one }) => ({ home, order, lost: one.lost, open: one.left + one.lost })).filter((one) => one.open > 0);
  homesOf.sort((a, b) => b.order.queue - a.order.queue);
  return { goods: found ? found.goods : { sku_name: without.sku, unit: '' }, missing: found ? found.missing : 0, homesOf };
};

const drawWithout = () => {
  const { goods, missing, homesOf } = standing();
  const scrolled = window.scrollY;
  const focus = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.without : null;
  const chosen = homesOf.reduce((sum, { order, open }) => sum + Math.min(open, without.ticks.get(order.order_no) || 0), 0);
  const rest = missing - chosen;
  const row = ({ home, order, open }) => {
    const qty = Math.min(open, without.ticks.get(order.order_no) || 0);
    const input = el('input', { type: 'checkbox', checked: qty > 0, disabled: !qty && rest <= 0, 'data-without': order.order_no, onchange: () => {
      without.ticks.set(order.order_no, input.checked ? Math.min(open, rest) : 0);
      draw();
    } });
    return el('div', { class: 'item' }, el('label', { class: 'pick' }, input, el('span', { class: 'pieces' }, el('b', {}, String(qty || open)), el('small', {}, ` ${goods.unit}`)),
      el('span', { class: 'goods who-of' }, el('b', {}, doorName(home.face)), el('small', {}, personWords(home.face)),
      el('small', {}, say(`第 ${order.queue} 个付款`, `paid no. ${order.queue}`)))),
    qty ? el('span', { class: 'mark cancelled' }, say('不发', 'goes without')) : '');
  };
  parts.page.replaceChildren(
    pageHead(say(`${goods.sku_name} 少 ${missing} ${goods.unit}`, `${goods.sku_name}: ${missing} missing`), say('请选不发的住户；最后付款、还没提的已先勾上', 'Choose who goes without; the last to pay are ticked')),
    el('p', { class: 'figures-line' }, el('span', {}, say('已选 ', 'Chosen '), el('b', {}, String(chosen)), ` / ${missing}`)),
    homesOf.length ? el('section', {}, homesOf.map(row)) : el('div', { class: 'empty' }, el('h2', {}, say('都已经提走了', 'All have collected theirs')), el('p', {}, say('没有住户可以少发，差异已经记下', 'Nobody is left to go without; the difference is noted'))));
  window.scrollTo(0, scrolled);
  if (focus) {
    const again = [...parts.page.querySelectorAll('[data-without]')].find((node) => node.dataset.without === focus);
    if (again) again.focus({ preventScroll: true });
  }
  parts.foot.replaceChildren(button(say('以后再选', 'Later'), () => history.back()),
    button(chosen ? say(`不发 ${chosen} ${goods.unit}`, `${chosen} go without`) : say('都发', 'Serve all'), () => noteWithout(goods, homesOf), { class: 'act main', disabled: !homesOf.length, 'data-act': 'without' }));
};

const noteWithout = (goods, homesOf) => {
  const orders = homesOf.map(({ order, open }) => ({ order_no: order.order_no, qty: Math.min(open, without.ticks.get(order.order_no) || 0) })).filter((one) => one.qty > 0);
  const body = { cycle: without.cycle, point: without.point, sku: without.sku, by: model.day.user.name, orders };
  const act = tellServer('losses', '/api/v1/losses', body, null, say(`${goods.sku_name} 不发的住户`, `Who goes without ${goods.sku_name}`));
  const arrival = model.arrivals.find((one) => codesOf(one).cycle === without.cycle && codesOf(one).point === without.point);
  const next = unchosen(arrival).find((one) => one.goods.sku_code !== without.sku);
  if (next) openWithout(arrival, next.goods.sku_code);
  else history.back();
  const words = orders.length ? say(`${goods.sku_name} 不发 ${orders.length} 户`, `${goods.sku_name}: ${orders.length} go without`) : say(`${goods.sku_name} 都发`, `${goods.sku_name}: all served`);
  offerUndo(words, () => takeBack([act]).then(draw));
};
later.acts.goWithout = openWithout;
