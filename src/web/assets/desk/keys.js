// Keys of the desk, shown on `?`. In a field only those with Ctrl, Alt or Esc count.
const KEYS = [
  ['/', '扫码框、搜索框', 'scan or search'],
  ['↑ ↓', '表格上下行', 'rows of a table'],
  ['Tab', '下一格：箱 → 散件 → 拒收', 'next field: cases → loose → rejected'],
  ['Enter', '下一行', 'next line'],
  ['空格', '本行到齐，不再来货', 'this line is closed'],
  ['Ctrl+Enter', '保存', 'save'],
  ['Alt+1 … 6', '看板、收货、错货、盘点、打印、补录', 'board, receiving, wrong goods, stock, printing, paper'],
  ['N', '看板：到下一步', 'board: to the next act'],
  ['Alt+A', '其余照单到齐', 'the rest came as ordered'],
  ['Alt+N', '下一张没到齐的采购单', 'next open purchase order'],
  ['Alt+P', '打印今晚全部单据', 'print the whole night'],
  ['Alt+L', '锁屏', 'lock the screen'],
  ['Esc', '退一步', 'step back'],
];
const showKeys = () => {
  const rows = KEYS.map(([key, zh, en]) => el('tr', {}, el('th', { scope: 'row' }, el('kbd', {}, isEnglish && key === '空格' ? 'Space' : key)), el('td', {}, say(zh, en))));
  const dialog = el('dialog', { class: 'sheet-dialog', 'aria-label': say('快捷键', 'Keys') }, el('h2', {}, say('快捷键', 'Keys')),
    el('table', { class: 'list keys' }, el('tbody', {}, rows)), el('div', { class: 'row-acts' }, button(say('关闭', 'Close'), () => dialog.close())));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};

const nextInColumn = (field, step) => {
  const row = field.closest('tr');
  let other = row;
  do other = step > 0 ? other.nextElementSibling : other.previousElementSibling;
  while (other && !$(`[data-part=${field.dataset.part}]:not(:disabled)`, other));
  const found = other && $(`[data-part=${field.dataset.part}]`, other);
  if (found) {
    found.focus();
    if (found.select) found.select();
  }
  return Boolean(found);
};

document.addEventListener('keydown', (event) => {
  const field = event.target.closest('input, select, textarea');
  const isTyping = field && field.type !== 'checkbox' && field.type !== 'radio';
  if ($('dialog[open]') && event.key !== 'Enter') return;
  if (event.altKey && !event.ctrlKey) {
    const work = '123456'.indexOf(event.key);
    const place = work >= 0 && $$('.works a')[work];
    const next = event.code === 'KeyN' && $('[data-act=next-order]');
    const print = event.code === 'KeyP' && $('[data-print=tonight]');
    const came = event.code === 'KeyA' && $('[data-act=all-came]');
    if (event.code === 'KeyL') lockScreen();
    else if (place || next || print || came) (place || next || print || came).click();
    else return;
    event.preventDefault();
    return;
  }
  if (event.ctrlKey && event.key === 'Enter') {
    const save = (field && field.form && $('[data-act=save]', field.form)) || $('[data-act=save]');
    if (save) {
      event.preventDefault();
      save.click();
    }
    return;
  }
  if (event.key === 'Escape' && isTyping && !field.value) {
    field.blur();
    return;
  }
  if (isTyping) return;
  if (event.key === '/') {
    const search = $('[data-act=scan], [data-act=search]');
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  } else if (event.key === 'n' && $('.is-next .act')) {
    $('.is-next .act.main, .is-next .act').focus();
  } else if (event.key === '?') {
    event.preventDefault();
    showKeys();
  } else if (event.key === 'Escape' && $('.works a')) {
    const board = $('.works a');
    if (!board.hasAttribute('aria-current')) board.click();
  } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && event.target.closest('tbody, .orders')) {
    const all = $$('a, button', event.target.closest('tbody, .orders')).filter((one) => one.closest('tr, li') !== event.target.closest('tr, li') || one === event.target);
    const other = all[all.indexOf(event.target) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (other) {
      event.preventDefault();
      other.focus();
    }
  }
});
