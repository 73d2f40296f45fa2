const startShop = () => {
  drawMine();
  const lost = lostOrders();
  lost.forEach(tellLost);
  if (!shown.cycle) return;
  Object.assign(basket, kept(basketName, { lines: {} }));
  document.querySelectorAll('.good').forEach(addRow);
  addFind();
  if (!isOpen) {
    if (!lost.includes(pendingName)) tellKeptBasket();
    return;
  }
  const gone = Object.keys(basket.lines).filter((sku) => !rows.has(sku));
  if (gone.length) {
    gone.forEach((sku) => { delete basket.lines[sku]; });
    keepBasket();
    byId('words').append(el('p', { class: 'older' }, say(`购物车里有 ${gone.length} 样已下架，去掉了。`, `${gone.length} of your basket are no longer on sale and were left out.`)));
  }
  foot.act = button('', footAct, { class: 'act main', id: 'place' });
  byId('foot').append(el('div', { class: 'foot-sum' }, foot.sum, foot.note, foot.time), foot.act);
  byId('foot').hidden = false;
  startForm();
  showForm(false);
  history.replaceState(null, '');
  if (pending()) {
    openForm();
    tellForm(WAITING(), giveUp());
  }
  tick();
  setInterval(tick, 1000);
  setInterval(readAgain, AGAIN_MS / 4);
  document.addEventListener('visibilitychange', readAgain);
};

const startOrder = (page) => {
  const { here, no, name, pickup, total: paid } = page.dataset;
  rememberOrder({ no, link: here, name, pickup, total: `¥${paid}` });
};

if (shop) startShop();
if (byId('order-page')) startOrder(byId('order-page'));
