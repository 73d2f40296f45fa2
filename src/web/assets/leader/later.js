// What is needed later than the list comes after it, in a script of its own that the worker keeps as well.
const later = { acts: {} };
const LATER_MS = 3000;
const scripts = {};
const loadScript = (name) => {
  scripts[name] = scripts[name] || new Promise((done, fail) => {
    const gone = () => {
      scripts[name] = null;
      fail(new Unreachable());
    };
    document.head.append(el('script', { src: root.dataset[name], onload: done, onerror: gone }));
  });
  return scripts[name];
};
const withLater = async (name, ...given) => {
  closeSheet();
  try {
    await loadScript('later');
  } catch {
    tell(say('这一页还没存到手机上，连上网打开一次以后就能离线用', 'Not on this phone yet: open it once with a connection'));
    return;
  }
  later.acts[name](...given);
};

// A page of its own in the place of the list; it draws itself anew from what it knows.
const openPage = (page) => {
  if (!ui.page) {
    ui.scroll = window.scrollY;
    history.pushState({ page: true }, '');
  }
  ui.page = page;
  parts.page.replaceChildren();
  draw();
  window.scrollTo(0, 0);
};
const pageHead = (title, words) => el('div', { class: 'household-head' }, button('‹', () => history.back(), { class: 'act back', 'aria-label': say('返回', 'Back') }),
  el('div', {}, el('h1', {}, title), words ? el('p', {}, words) : ''));
