// 有问题: what is wrong with goods of a line, with how much of it, and what goes back for that. Works without a connection.

// The share of a price as the server works it out: by largest remainder, never more than is left of it.
const shareOf = (price, part, whole, before) => Math.min(Math.floor((2 * price * part + whole) / (2 * whole)), price - before);

const openProblem = (order, one) => {
  const { goods } = one;
  const qty = one.allocated_qty - one.lost;
  const wholes = { pieces: qty, sub_units: goods.sub_units ? goods.sub_units * qty : 0, percent: 100 };
  const price = goods.price_fen * qty;
  const before = one.cases.reduce((sum, found) => sum + found.amount_fen, 0);
  const told = { problem: 'broken', measure: 'pieces', part: 1 };
  const remark = el('input', { class: 'field', id: 'problem-remark', autocomplete: 'off', maxlength: '500', 'aria-label': say('说明', 'Remark'), placeholder: say('说明（可不填）', 'Remark (optional)') });
  const body = el('div', { class: 'foot-rows' });
  const photos = photoPicker();
  const pick = (change) => {
    Object.assign(told, change);
    show();
  };
  const chip = (words, isOn, change, name) => button(words, () => pick(change), { class: 'act chip', 'aria-pressed': String(isOn), 'data-pick-problem': name });
  const row = (measure, words) => wholes[measure] > 0 && el('div', { class: 'kind', 'data-measure': measure }, el('span', {}, words),
    stepper(told.measure === measure ? told.part : 0, wholes[measure], (part) => pick({ measure, part }), words), el('small', {}, ` / ${wholes[measure]}`));
  const show = () => {
    const focus = document.activeElement ? document.activeElement.getAttribute('aria-label') : null;
    const amount = told.part > 0 ? shareOf(price, told.part, wholes[told.measure], before) : 0;
    const isDone = before >= price && price > 0;
    body.replaceChildren(...[
      before > 0 && el('p', { class: 'older' }, say(`这一行已登记退 ${yuan(before)}，最多还能退 ${yuan(price - before)}`, `${yuan(before)} goes back already, ${yuan(price - before)} at most still`)),
      el('div', { class: 'chips wrap' }, Object.entries(PROBLEMS).map(([problem, words]) => chip(say(...words), told.problem === problem, { problem }, problem))),
      row('pieces', say(`按${goods.unit}`, `by ${goods.unit}`)), row('sub_units', say('按枚', 'by units')),
      el('div', { class: 'chips wrap' }, [[30, '30%'], [50, '50%'], [100, say('全退', 'all')]].map(([part, words]) => chip(words, told.measure === 'percent' && told.part === part, { measure: 'percent', part }, String(part)))),
      remark, photos.row,
      button(say(`登记，退 ${yuan(amount)}`, `Report, ${yuan(amount)} back`), () => note(amount), { class: 'act main', disabled: told.part <= 0 || isDone, 'data-act': 'report' }),
    ].filter(Boolean));
    if (focus) {
      const again = [...body.querySelectorAll('[aria-label]')].find((node) => node.getAttribute('aria-label') === focus);
      if (again) again.focus({ preventScroll: true });
    }
  };
  const note = (amount) => {
    const { user } = model.day;
    const whole = wholes[told.measure];
    const sent = { order_no: order.order_no, sku: goods.sku_code, ...told, device_time: new Date().toISOString(), by: user.name };
    if (remark.value.trim()) sent.remark = remark.value.trim();
    const shown = { ...told, whole, amount_fen: amount, waiting: photos.taken.length };
    closeSheet();
    const act = tellServer('case', '/api/v1/after-sales', sent, shown, `${order.order_no} ${goods.sku_name}`);
    const pictures = tellPhotos(photos.taken, act, { order_no: order.order_no, sku: goods.sku_code });
    offerUndo(say(`已登记 ${goods.sku_name} ${PROBLEMS[told.problem][0]} ${partWords(shown, goods)}，退 ${yuan(amount)}`, `Reported: ${goods.sku_name}, ${yuan(amount)} back`), () => takeBack([act, ...pictures]).then(draw));
  };
  show();
  openSheet(say(`${goods.sku_name} ${goods.spec} 有问题`, `${goods.sku_name}: what is wrong?`), body);
};
later.acts.problem = openProblem;
