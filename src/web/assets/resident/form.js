// The order before it is placed: what is in the basket, what more one would take, who collects.
const FIELDS = ['nickname', 'building', 'unit_no', 'room', 'phone', 'remark'];
const form = byId('order');

const toleranceWords = (line) => {
  const most = line.qty + line.tolerance;
  if (!line.tolerance) return say('多要几份也行？凑满一箱就给你', 'Would you take more? They come if they fill a case');
  if (shown.payment === 'at_pickup') return say(`最多 ${most} ${line.unit}，提货时按实到的份数付`, `At most ${most}; pay at pickup for what comes`);
  return say(`最多 ${most} ${line.unit}，先付 ${most} ${line.unit}，没凑上的退`, `At most ${most}: pay for ${most} now, what does not come goes back`);
};

const toleranceRow = (line) => {
  const pick = stepper(say(`${line.name}（可多拿）`, `${line.name} (extra)`), line.unit);
  pick.number.textContent = String(line.tolerance);
  pick.less.disabled = line.tolerance === 0;
  const step = (by) => () => {
    basket.lines[line.sku] = { qty: line.qty, tolerance: Math.max(0, Math.min(99, line.tolerance + by)) };
    keepBasket();
    drawBasket();
    drawFoot();
    const again = byId('basket').querySelector(`[data-line="${CSS.escape(line.sku)}"] .tolerance [data-step="${by}"]`);
    if (again) again.focus();
  };
  pick.less.addEventListener('click', step(-1));
  pick.more.addEventListener('click', step(1));
  return el('div', { class: 'tolerance' }, el('span', {}, el('b', {}, say('可多拿', 'Extra')), ' ', el('small', {}, toleranceWords(line))), pick.node);
};

const basketRow = (line) => {
  const pick = stepper(line.name, line.unit);
  pick.number.textContent = String(line.qty);
  pick.more.disabled = line.qty >= mostOf(line);
  const step = (by) => () => {
    setQty(line.sku, line.qty + by);
    drawBasket();
    const again = byId('basket').querySelector(`[data-line="${CSS.escape(line.sku)}"] [data-step="${by}"]`);
    (again || byId('back')).focus();
  };
  pick.less.addEventListener('click', step(-1));
  pick.more.addEventListener('click', step(1));
  return el('div', { class: 'basket-line', 'data-line': line.sku },
    el('p', { class: 'what' }, el('b', {}, line.name), ' ', el('small', {}, line.spec)),
    el('p', { class: 'price' }, yuan(line.price * (line.qty + line.tolerance))), pick.node, line.asks && toleranceRow(line));
};

const drawBasket = () => {
  const lines = chosen();
  const empty = el('div', { class: 'empty' }, el('h2', {}, say('购物车是空的', 'The basket is empty')), el('p', {}, say('返回选商品。', 'Go back and choose goods.')));
  byId('basket').replaceChildren(...(lines.length ? lines.map(basketRow) : [empty]));
};

const person = () => Object.fromEntries(FIELDS.map((name) => [name, byId(name).value.trim()]).filter(([, value]) => value));

// Words above the form: what happened, what is kept, what to do.
const tellForm = (words, ...acts) => {
  const part = byId('order-words');
  part.replaceChildren(...(words ? [el('p', { class: 'older' }, words), ...acts] : []));
  if (words) part.scrollIntoView({ block: 'nearest' });
};

const tellField = (name, words) => {
  const field = byId(name);
  const row = field.closest('.field-row');
  row.querySelectorAll('.wrong').forEach((old) => old.remove());
  if (!words) {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
    return;
  }
  field.setAttribute('aria-invalid', 'true');
  row.append(el('p', { class: 'wrong', id: `${name}-wrong` }, words));
  field.setAttribute('aria-describedby', `${name}-wrong`);
};
const clearFaults = () => FIELDS.forEach((name) => tellField(name, ''));

const showForm = (isShown) => {
  form.hidden = !isShown;
  byId('goods').hidden = isShown;
  document.querySelectorAll('.window, .choose, .chips, .mine:not([data-empty])').forEach((part) => { part.hidden = isShown; });
  if (isShown) drawBasket();
  drawFoot();
  window.scrollTo(0, 0);
  if (isShown) form.querySelector('h2').focus();
};
const isFormState = () => Boolean(history.state && history.state.form);
const openForm = () => {
  if (!isFormState()) history.pushState({ form: true }, '');
  showForm(true);
};

const startForm = () => {
  const me = kept('me', {});
  FIELDS.forEach((name) => {
    const field = byId(name);
    field.value = (name === 'remark' ? basket.remark : me[name]) || '';
    field.addEventListener('input', () => {
      tellField(name, '');
      if (name === 'remark') basket.remark = field.value;
      else keep('me', { ...kept('me', {}), [name]: field.value });
      keepBasket();
    });
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    placeOrder();
  });
  byId('back').addEventListener('click', () => history.back());
  window.addEventListener('popstate', () => showForm(isFormState()));
};
