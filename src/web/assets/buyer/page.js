// The page is drawn by the server; parts of it are read anew and put in place, with focus and scroll as they were.
const PARTS = ['suppliers', 'listed', 'section', 'sums'];
const focusMark = () => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const row = at.closest('tr.line');
  return row ? { sku: row.dataset.sku } : { id: at.id };
};
const restoreFocus = (mark) => {
  if (!mark) return;
  const row = mark.sku && rows().find((one) => one.dataset.sku === mark.sku);
  const target = row ? row.querySelector('input.count') : mark.id && byId(mark.id);
  if (target) target.focus({ preventScroll: true });
};

// What the page reads by itself is no sign that somebody is there.
const readPage = async (address, isUnattended = false) => {
  try {
    const answer = await fetch(address, { headers: { Accept: 'text/html', ...(isUnattended ? { 'X-Unattended': '1' } : {}) } });
    if (answer.redirected && new URL(answer.url).pathname === '/login') {
      location.assign(answer.url);
      return null;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    return new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch {
    fault(say('读不到最新数字，上面是之前的；连上后会再读', 'The newest figures cannot be read; those shown are older'));
    return null;
  }
};

// Shows the supplier at this address, or the same one anew.
const show = async (address = location.pathname + location.search, is_new = false, isUnattended = false) => {
  const page = await readPage(address, isUnattended);
  if (!page) return;
  if (!page.getElementById('board')) {
    location.reload();
    return;
  }
  const mark = focusMark();
  const list = byId('suppliers');
  const scroll = [list.scrollTop, window.scrollY];
  PARTS.forEach((id) => {
    const [old, fresh] = [byId(id), page.getElementById(id)];
    if (old && fresh) old.replaceWith(fresh);
  });
  const [foot, other] = [document.querySelector('[data-act=send]'), page.querySelector('[data-act=send]')];
  if (foot && other) foot.replaceWith(other);
  board().dataset.version = page.getElementById('board').dataset.version;
  if (is_new) history.pushState(null, '', address);
  byId('suppliers').scrollTop = scroll[0];
  if (!is_new) {
    window.scrollTo(0, scroll[1]);
    restoreFocus(mark);
  }
  fault('');
  dress();
};

const openSupplier = async (link) => {
  await show(link.getAttribute('href'), true);
  board().classList.add('opened');
  const row = document.querySelector('#suppliers [aria-current]');
  if (row) row.scrollIntoView({ block: 'nearest' });
  if (matchMedia('(max-width: 899px)').matches) window.scrollTo(0, 0);
};

// What the page needs after any of its parts was put in anew.
const dress = () => {
  filterSuppliers();
  fillCounts();
  drawTrial();
  drawEffect();
};

const filterSuppliers = () => {
  const words = byId('find').value.trim().toLowerCase();
  document.querySelectorAll('#suppliers li').forEach((item) => {
    item.hidden = Boolean(words) && !item.textContent.toLowerCase().includes(words);
  });
};
