// Puts the page together, shows what the phone still knows, and asks the server.
const draw = () => {
  if (!model.day) return;
  if (!parts.list) build();
  const view = ui.isScanning ? 'scan' : ui.page ? 'page' : ui.shop ? 'shop' : ui.homeId !== null && model.byId.has(ui.homeId) ? 'home' : 'list';
  parts.head.hidden = view !== 'list';
  parts.list.hidden = view !== 'list';
  parts.home.hidden = view !== 'home';
  parts.shop.hidden = view !== 'shop';
  parts.page.hidden = view !== 'page';
  parts.scan.hidden = view !== 'scan';
  drawHead();
  if (view === 'home') drawHome();
  else parts.home.replaceChildren();
  if (view === 'shop') drawShop();
  else parts.shop.replaceChildren();
  if (view === 'page') ui.page.draw();
  else parts.page.replaceChildren();
  if (view === 'scan') drawScan();
  if (view === 'list') {
    drawList();
    drawFoot();
  }
};

// One step back: from the camera, from the form to the orders, from there or from a household to the list.
const stepBack = () => {
  if (ui.isScanning) {
    closeScan();
    draw();
  } else if (ui.page) {
    ui.page = null;
    draw();
    window.scrollTo(0, ui.scroll);
  } else if (ui.shop) {
    ui.shop = ui.shop === 'form' ? 'orders' : null;
    parts.shop.replaceChildren();
    draw();
  } else if (ui.homeId !== null) {
    leaveHome();
  }
};

const build = () => {
  parts.head = buildHead();
  parts.list = el('main', { class: 'homes', id: 'homes' });
  parts.home = el('main', { class: 'household', hidden: true });
  parts.shop = el('main', { class: 'household shop', hidden: true });
  parts.page = el('main', { class: 'household page', hidden: true });
  parts.scan = el('main', { class: 'household scan', hidden: true });
  parts.foot = el('div', { class: 'foot' });
  parts.toast = el('div', { class: 'toast', role: 'status', hidden: true });
  parts.sheet = el('div', { class: 'drawer-room', hidden: true, onclick: (event) => event.target === parts.sheet && closeSheet() });
  listenLong(parts.list);
  root.replaceChildren(parts.head, parts.list, parts.home, parts.shop, parts.page, parts.scan, parts.toast, parts.foot, parts.sheet);
};

// The first answer did not come, and nothing is kept: what happened, what is kept, what to do.
const showNothing = () => {
  if (model.day || !model.offlineSince) return;
  root.replaceChildren(el('div', { class: 'empty' }, el('h1', {}, say('连不上服务器', 'The server cannot be reached')),
    el('p', {}, say('本机还没有今天的清单。连上网后会自动打开。', 'There is no list on this phone yet. It opens by itself when the connection is back.')),
    button(say('再试一次', 'Try again'), () => sync().then(showNothing), { class: 'act main' })));
};

const begin = async () => {
  history.scrollRestoration = 'manual';
  await openKeep();
  const [day, acts, hint] = await Promise.all([kept('state', 'day'), allKept('queue'), kept('state', 'hint')]);
  acts.sort((a, b) => a.at - b.at).forEach((act) => model.acts.set(act.id, act));
  ui.isHintRead = Boolean(hint);
  if (day) {
    Object.assign(model, { mark: day.mark, seenAt: day.seenAt && new Date(day.seenAt) });
    takeDay(day.day);
    draw();
  }
  await sync();
  showNothing();
  if (location.hash === '#leave' && model.day) {
    // Asked for on the account's page, once.
    history.replaceState(null, '', location.pathname + location.search);
    await signOut();
  }
  // Whoever is out wants nothing kept any more.
  if (keep.isOver) return;
  await readyOffline();
  // What most taps do not need comes when the line is free, and is kept by the worker.
  setTimeout(() => loadScript('later').catch(() => {}), LATER_MS);
  // Last of all, and only where the browser cannot do it itself.
  if (canScan() && !hasReader()) setTimeout(() => loadScript('decoder').catch(() => {}), DECODER_MS);
};

// The phone's own copy of the page, once the page itself is there.
const readyOffline = async () => {
  if (!('serviceWorker' in navigator) || model.offlineSince) return;
  try {
    await navigator.serviceWorker.register('/leader/worker.js', { scope: '/leader' });
    const registered = await navigator.serviceWorker.ready;
    registered.active.postMessage({ page: location.pathname + location.search });
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  } catch {
    // Without it the open page works on.
  }
};

// What comes later works with what is here.
window.tuanLeader = {
  later, model, ui, parts, el, button, say, yuan, minute, pieces, homes, plain, find, doorName, personWords, roomTitle, roomCode, copy, draw, figure, tell, offerUndo,
  openSheet, closeSheet, openPage, pageHead, tellServer, takeBack, newId, enqueue, change, send, kept, putKept, readDay, signedOut, SignedOut, Unreachable, unchosen, missingOf,
  linesOf, partWords, PROBLEMS, pointShown, shop, readWindow, offerOf, leftWords, allPicks, leaveHome, closeHome, drawCode, UNDO_MS, weightWords, reader, canScan,
};

addEventListener('popstate', stepBack);
addEventListener('online', () => sync());
addEventListener('offline', () => {
  if (!model.offlineSince) model.offlineSince = new Date();
  draw();
});
document.addEventListener('visibilitychange', () => (document.hidden ? null : sync()));
begin();
