// A desk without a mouse: arrows in the case counts, / to find, J and K through suppliers, ? for the keys.
const KEYS = [
  ['↑ ↓', '加减一箱，或一个倍数', 'one case, or one multiple, more or less'], ['Enter', '下一行', 'next line'], ['/', '找供应商', 'find a supplier'],
  ['J K', '下一家、上一家', 'next, previous supplier'], ['T', '试算', 'what if'], ['S', '保存改动（光标不在格子里时）', 'save (outside of fields)'], ['Esc', '离开格子', 'leave a field'], ['?', '这张表', 'this list'],
];
const showKeys = () => ask(say('按键', 'Keys'), [], '', null, [el('table', { class: 'list' }, el('tbody', {}, KEYS.map(([key, zh, en]) => el('tr', {}, el('th', {}, key), el('td', {}, say(zh, en))))))]);

const nextSupplier = (by) => {
  const links = [...document.querySelectorAll('#suppliers li:not([hidden]) a')];
  const at = links.findIndex((link) => link.hasAttribute('aria-current'));
  const link = links[Math.min(links.length - 1, Math.max(0, at + by))];
  if (link && links.indexOf(link) !== at) openSupplier(link);
};

const inCount = (event, input) => {
  const row = input.closest('tr.line');
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    event.preventDefault();
    step(row, (event.key === 'ArrowUp' ? 1 : -1) * Number(input.step));
  } else if (event.key === 'Enter') {
    event.preventDefault();
    const inputs = rows().map((one) => one.querySelector('input.count'));
    const next = inputs[inputs.indexOf(input) + (event.shiftKey ? -1 : 1)] || byId('reason');
    if (next) {
      next.focus();
      next.select();
    }
  }
};

const onKey = (event) => {
  const field = event.target.closest('input, select, textarea');
  if (event.ctrlKey || event.metaKey || event.altKey || (byId('ask') && byId('ask').open)) return;
  if (field && event.key === 'Escape') {
    field.blur();
    return;
  }
  if (field && field.matches('tr.line input.count')) inCount(event, field);
  if (field && field.id === 'find' && event.key === 'Enter') {
    const first = document.querySelector('#suppliers li:not([hidden]) a');
    if (first) openSupplier(first);
  }
  if (field) return;
  const acts = {
    '/': () => byId('find').focus(), j: () => nextSupplier(1), k: () => nextSupplier(-1), t: () => document.querySelector('[data-act=try]') && toggleTrial(),
    s: () => state.cases.size > 0 && save(), '?': showKeys,
  };
  const act = acts[event.key] || acts[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
};
