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
  byId('foot').append(el('div', { class: 'foot-sum' }, foot.sum, foot.note, foot.time, foot.stale), foot.act);
  byId('foot').hidden = false;
  startForm();
  // A form that was open before a reload is open again, unless its order is placed.
  const isAgain = isFormState() && Boolean(count());
  if (!isAgain) history.replaceState(null, '');
  showForm(isAgain);
  if (pending()) {
    openForm();
    tellForm(WAITING(), giveUp());
  }
  tick();
  setInterval(tick, 1000);
  setInterval(readAgain, AGAIN_MS / 4);
  document.addEventListener('visibilitychange', readAgain);
  window.addEventListener('online', readNow);
  window.addEventListener('offline', readNow);
  window.addEventListener('pageshow', (event) => { if (event.persisted) readNow(); });
  if (isFromStore()) readNow();
};

const startOrder = (page) => {
  const { here, no, name, pickup, total: paid, passedOn } = page.dataset;
  // A link that was passed on shows no code: it does not take the place of the device's own.
  const own = passedOn !== undefined && kept('orders', []).find((known) => known.no === no);
  rememberOrder({ no, link: own ? own.link : here, name, pickup, total: `¥${paid}` });
};

if (shop) startShop();
if (byId('order-page')) startOrder(byId('order-page'));
