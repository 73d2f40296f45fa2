// Signing for goods, and leaving them. What is typed stays while the day goes on behind it.
const stepper = (value, step, words) => el('span', { class: 'stepper' },
  button('−', () => step(Math.max(0, value - 1)), { disabled: value <= 0, 'aria-label': say(`${words} 减一`, `${words}: one less`) }),
  el('span', { class: 'count' }, el('b', {}, String(value))),
  button('+', () => step(value + 1), { 'aria-label': say(`${words} 加一`, `${words}: one more`) }));

// Totes that stay and those that come back, each counted by a tap.
const toteForm = (stop, isAfterwards) => {
  const counts = { out: isAfterwards ? { tote: 0, box: 0, ice: 0 } : { ...stop.totes_out }, back: { tote: 0, box: 0, ice: 0 } };
  const rows = el('div', { class: 'tote-rows' });
  const show = () => rows.replaceChildren(...[['out', say('今送', 'Out')], ['back', say('今回', 'Back')]].filter(([side]) => side === 'back' || !isAfterwards).map(([side, title]) => el('fieldset', {}, el('legend', {}, title),
    TOTES.map(([kind, name]) => el('div', { class: 'kind', 'data-tote': `${side} ${kind}` }, el('span', {}, name()), stepper(counts[side][kind] || 0, (value) => {
      counts[side][kind] = value;
      show();
    }, `${title} ${name()}`))))));
  show();
  return { rows, counts };
};

const openForm = (title, words, body, acts) => {
  history.pushState({ page: true }, '');
  ui.page = title;
  parts.page.replaceChildren(el('div', { class: 'household-head' }, button('‹', () => history.back(), { class: 'act back', 'aria-label': say('返回', 'Back') }), el('div', {}, el('h1', {}, title), el('p', {}, words))), ...body);
  parts.pageFoot.replaceChildren(...acts);
  draw();
  window.scrollTo(0, 0);
};
const shut = (act) => {
  ui.opened = null;
  history.back();
  act();
};

const openHandover = (trip, stop) => {
  const name = el('input', { class: 'field', id: 'received-by', maxlength: '40', autocomplete: 'off', value: stop.leader });
  const wrong = el('p', { class: 'wrong', role: 'alert', hidden: true });
  const totes = toteForm(stop, Boolean(stop.end));
  const owed = owedWords(stop);
  const confirm = () => {
    if (!name.value.trim()) {
      wrong.textContent = say('请写收货人的名字；没有人就记“无人签收”', 'Name who signs; where nobody does, say so');
      wrong.hidden = false;
      name.focus();
      return;
    }
    shut(() => handOver(trip, stop, name.value.trim(), totes.counts));
  };
  openForm(stop.point, `${goodsWords(stop)}${stop.slip_no ? ` · ${stop.slip_no}` : ''}`, [
    el('label', { class: 'draft', for: 'received-by' }, say('收货人（双方核对后签收）', 'Who signs'), name), wrong,
    owed ? el('p', { class: 'older' }, say(`上次还欠 ${owed}`, `Still owed: ${owed}`)) : '', totes.rows,
    el('p', { class: 'note' }, say('数量有出入不耽误交接：请团长在手机上“收货”里记差异。', 'Counts that differ do not hold this up: the leader notes them on their phone.')),
  ], [button(say('返回', 'Back'), () => history.back()), button(say('确认交接', 'Handed over'), confirm, { class: 'act main', 'data-act': 'confirm-handover' })]);
};

const openLeft = (trip, stop) => {
  const photos = photoPicker();
  const totes = toteForm(stop, false);
  openForm(say('无人签收', 'Nobody here'), stop.point, [
    el('p', { class: 'older' }, say(`把货和筐一起拍下来。团长在 ${stop.report_by || '规定时间'} 前报差异，逾期视为足数。`, 'Photograph goods and totes together. The leader reports differences in time.')),
    photos.row, totes.rows,
  ], [button(say('返回', 'Back'), () => history.back()), button(say('已放下', 'Left'), () => shut(() => leave(trip, stop, photos.taken, totes.counts)), { class: 'act main', 'data-act': 'confirm-left' })]);
};
