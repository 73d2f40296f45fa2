// Puts the page together, shows what the phone still knows, and asks the server.
const troubleRow = (act) => el('li', { class: 'trouble' }, el('b', {}, act.what), el('span', {}, say(`没有记入：${act.trouble.zh || ''}`, `Not taken: ${act.trouble.en || ''}`)), button(say('知道了', 'Got it'), async () => {
  await drop([act]);
  figure();
  draw();
  if (troubles().length) showTroubles();
  else closeSheet();
}));
const showTroubles = () => openSheet(say('服务器没有记入', 'Not taken by the server'), el('ul', { class: 'plain-list' }, troubles().map(troubleRow)));

const signOut = async () => {
  const waiting = unsent().length;
  closeSheet();
  if (waiting) {
    tell(say(`还有 ${waiting} 笔没有上传，连上网传完再退出`, `${waiting} still to be sent: sign out when they are`));
    return;
  }
  try {
    await change('/logout');
  } catch (error) {
    if (!(error instanceof SignedOut) && !(error instanceof Unreachable)) throw error;
    if (error instanceof Unreachable) {
      tell(say('没有网络，退不了；数据还在本机', 'No connection: not signed out'));
      return;
    }
  }
  await signedOut();
};

const showMore = () => {
  const { trip, day } = model;
  const broken = trip && ['loaded', 'on_the_way'].includes(trip.stage) && button(say('车坏了，走不了', 'The truck broke down'), () => {
    closeSheet();
    tellTrip(trip, 'broken_down', say('已报车坏，等仓库换车', 'Told: broken down'));
  }, { 'data-act': 'broken' });
  const back = trip && trip.stage === 'broken_down' && button(say('修好了，继续送', 'Mended, driving on'), () => {
    closeSheet();
    tellTrip(trip, 'departed', say('继续送', 'On the way again'));
  }, { 'data-act': 'mended' });
  const returned = trip && ['on_the_way', 'broken_down'].includes(trip.stage) && button(say(`已回仓，带回 ${backWords(trip)}`, `Back with ${backWords(trip)}`), () => {
    closeSheet();
    tellTrip(trip, 'returned', say('已回仓', 'Back'), { totes: backTotes(trip) });
  }, { 'data-act': 'back-home' });
  openSheet(say('更多', 'More'), el('div', { class: 'foot-rows' }, broken, back, returned,
    el('a', { class: 'act', href: IS_ZH ? '/account' : '/account?lang=en' }, say(`我的账号 · ${day.user.name}`, `My account · ${day.user.name}`)),
    el('a', { class: 'act', href: root.dataset.other, lang: say('en', 'zh-CN') }, say('English', '中文')),
    button(say('退出登录', 'Sign out'), signOut)));
};

const build = () => {
  parts.title = el('h1', {});
  parts.line = el('button', { type: 'button', class: 'line', onclick: () => (troubles().length ? showTroubles() : sync()) });
  parts.figures = el('p', { class: 'figures-line', 'aria-live': 'polite' });
  parts.trips = el('div', { class: 'chips', role: 'group', 'aria-label': say('车次', 'Trips') });
  parts.head = el('header', { class: 'head' }, el('div', { class: 'head-line' }, parts.title, parts.line), parts.figures, parts.trips);
  parts.main = el('main', { class: 'household', id: 'round' });
  parts.page = el('main', { class: 'household page', hidden: true });
  parts.foot = el('div', { class: 'foot' });
  parts.pageFoot = el('div', { class: 'foot', hidden: true });
  parts.toast = el('div', { class: 'toast', role: 'status', hidden: true });
  parts.sheet = el('div', { class: 'drawer-room', hidden: true, onclick: (event) => event.target === parts.sheet && closeSheet() });
  root.replaceChildren(parts.head, parts.main, parts.page, parts.toast, parts.foot, parts.pageFoot, parts.sheet);
};
const draw = () => {
  if (!model.day) return;
  if (!parts.main) build();
  const isForm = ui.page !== null;
  [parts.head, parts.main, parts.foot].forEach((part) => { part.hidden = isForm; });
  [parts.page, parts.pageFoot].forEach((part) => { part.hidden = !isForm; });
  drawHead();
  if (isForm) return;
  drawMain();
  drawFoot();
};

const showNothing = () => {
  if (model.day || !model.offlineSince) return;
  root.replaceChildren(el('div', { class: 'empty' }, el('h1', {}, say('连不上服务器', 'The server cannot be reached')),
    el('p', {}, say('本机还没有今天的线路。连上网后会自动打开。', 'There is no round on this phone yet. It opens by itself when the connection is back.')),
    button(say('再试一次', 'Try again'), () => sync().then(showNothing), { class: 'act main' })));
};

const begin = async () => {
  await openKeep();
  const [day, acts] = await Promise.all([kept('state', 'day'), allKept('queue')]);
  acts.sort((a, b) => a.at - b.at).forEach((act) => model.acts.set(act.id, act));
  if (day) {
    Object.assign(model, { mark: day.mark, seenAt: day.seenAt && new Date(day.seenAt) });
    takeDay(day.day);
    draw();
  }
  await sync();
  showNothing();
  if (keep.isOver) return;
  await readyOffline();
};

// The phone's own copy of the page, once the page itself is there.
const readyOffline = async () => {
  if (!('serviceWorker' in navigator) || model.offlineSince) return;
  try {
    await navigator.serviceWorker.register('/driver/worker.js', { scope: '/driver' });
    const registered = await navigator.serviceWorker.ready;
    registered.active.postMessage({ page: location.pathname + location.search });
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  } catch {
    // Without it the open page works on.
  }
};

addEventListener('popstate', () => {
  ui.page = null;
  parts.page.replaceChildren();
  draw();
});
addEventListener('online', () => sync());
addEventListener('offline', () => {
  if (!model.offlineSince) model.offlineSince = new Date();
  draw();
});
document.addEventListener('visibilitychange', () => (document.hidden ? null : sync()));
begin();
