// What changed cases or tried terms come to: worked out by the server, shown beside what is.
const wanted = () => ({
  lines: [...state.cases].map(([key, cases]) => {
    const [supplier_code, warehouse_code, sku_code] = JSON.parse(key);
    return { supplier_code, warehouse_code, sku_code, cases };
  }),
  terms: state.isTrying ? [...state.terms].map(([sku_code, terms]) => ({ sku_code, ...terms })) : [],
});
const hasChanges = () => state.cases.size > 0 || (state.isTrying && state.terms.size > 0);

let asked = 0;
let askTimer = 0;
const work = () => {
  keep();
  clearTimeout(askTimer);
  // What was worked out is the outcome of earlier terms; what is drawn of it stands until the new one is there.
  state.effect = null;
  if (!hasChanges()) {
    asked += 1;
    drawEffect();
    return;
  }
  askTimer = setTimeout(async () => {
    asked += 1;
    const own = asked;
    const found = await send('POST', trialAddress(), wanted());
    if (own !== asked || !found) return;
    state.effect = found;
    drawEffect();
  }, 60);
};

const of = (list, supplier, warehouse, sku) => list.find((one) => one.supplier_code === supplier
  && one.warehouse_code === warehouse && (sku === undefined || one.sku_code === sku));

// A value that would be, and by how much it differs, behind the value that is.
const beside = (cell, words, by, as) => {
  cell.querySelectorAll(':scope > .try').forEach((old) => old.remove());
  if (words === null) return;
  cell.append(el('span', { class: 'try' }, `→ ${words}`, by ? el('small', {}, ` ${signed(by, as)}`) : ''));
};

const drawLine = (row, line) => {
  const cell = (name) => row.querySelector(`[data-f=${name}]`);
  const put = (name, value, by, as) => {
    const place = cell(name);
    if (place) beside(place, line ? value() : null, line ? by() : 0, as);
  };
  put('planned_qty', () => count(line.trial.planned_qty), () => line.trial.planned_qty - line.real.planned_qty, count);
  put('surplus', () => `${count(line.trial.surplus_qty)} ¥${known(line.trial.surplus_fen)}`, () => line.trial.surplus_qty - line.real.surplus_qty, count);
  put('short', () => `${count(line.trial.short_qty)} ¥${yuan(line.trial.refund_fen)}`, () => line.trial.short_qty - line.real.short_qty, count);
  const hasMargins = line && line.trial.margin_bp !== null && line.real.margin_bp !== null;
  put('margin_bp', () => percent(line.trial.margin_bp), () => (hasMargins ? line.trial.margin_bp - line.real.margin_bp : 0), percent);
  put('cost_fen', () => known(line.trial.cost_fen), () => line.trial.cost_fen - line.real.cost_fen, yuan);
  row.classList.toggle('changed', Boolean(line));
  const input = row.querySelector('input.count');
  const place = row.querySelector('td.cases');
  // Under terms that are tried the cases are the rules' own.
  const is_ruled = line && input && !state.cases.has(keyOf(row)) && line.trial.cases !== line.real.cases;
  beside(place, is_ruled ? count(line.trial.cases) : null, is_ruled ? line.trial.cases - line.real.cases : 0, count);
};

const drawOrder = (order) => {
  const place = (name) => document.querySelector(`#section [data-order=${name}]`);
  const put = (name, words) => place(name) && beside(place(name), order ? words() : null, 0);
  put('cases', () => count(order.cases));
  put('cost_fen', () => `¥${yuan(order.cost_fen)}`);
  put('short_of_min_fen', () => (order.short_of_min_fen > 0 ? say(`还差 ¥${yuan(order.short_of_min_fen)}`, `short ¥${yuan(order.short_of_min_fen)}`) : say('已到', 'reached')));
};

const drawSums = (effect) => {
  const money = ['cost_fen', 'surplus_fen', 'refund_fen'];
  document.querySelectorAll('#sums [data-sum]').forEach((place) => {
    const name = place.dataset.sum;
    const as = money.includes(name) ? (fen) => `¥${yuan(fen)}` : count;
    const by = effect ? effect.trial[name] - effect.real[name] : 0;
    beside(place, by ? as(effect.trial[name]) : null, by, as);
  });
};

const drawEffect = () => {
  const section = byId('section');
  if (!section) return;
  const { supplier, warehouse } = section.dataset;
  const effect = state.effect;
  rows().forEach((row) => drawLine(row, effect && of(effect.lines, supplier, warehouse, row.dataset.sku)));
  drawOrder(effect && of(effect.orders, supplier, warehouse));
  drawSums(effect);
  drawPending();
};
