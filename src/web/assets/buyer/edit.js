// Changing cases: at once in the figures, saved together with one reason.
const fillCounts = () => rows().forEach((row) => {
  const input = row.querySelector('input.count');
  if (input && state.cases.has(keyOf(row))) input.value = state.cases.get(keyOf(row));
});

const change = (key, cases, was) => {
  if (state.cases.size === 0) state.version = board().dataset.version;
  if (cases === was) state.cases.delete(key);
  else state.cases.set(key, cases);
  state.was.set(key, was);
};
const setCases = (row, text) => {
  change(keyOf(row), Math.min(10000000, Math.max(0, Math.floor(Number(text) || 0))), Number(row.dataset.cases));
  work();
};
const step = (row, by) => {
  const input = row.querySelector('input.count');
  const size = Math.abs(by);
  const now = Number(input.value) || 0;
  // From a number between two multiples the step goes to the next one.
  const next = by > 0 ? Math.floor(now / size) * size + size : Math.ceil(now / size) * size - size;
  input.value = Math.max(0, next);
  setCases(row, input.value);
};

const forget = () => {
  const [cases, terms] = [new Map(state.cases), new Map(state.terms)];
  state.cases.clear();
  state.terms.clear();
  state.reason = '';
  rows().forEach((row) => { const input = row.querySelector('input.count'); if (input) input.value = row.dataset.cases; });
  drawTrial();
  work();
  tell(say('已撤销未保存的改动', 'Unsaved changes are taken back'), () => {
    state.cases = cases;
    state.terms = terms;
    fillCounts();
    drawTrial();
    work();
  }, say('恢复', 'Bring back'));
};

const planAddress = (version) => `/api/v1/cycles/${encodeURIComponent(cycleCode())}/plan${version ? `?version=${version}` : ''}`;
const trialAddress = () => `/api/v1/cycles/${encodeURIComponent(cycleCode())}/trial`;

// The plan is another by now: which of the changed lines are not what they were when they were changed; null if unknown.
const changedMeanwhile = async () => {
  await show();
  const { version } = board().dataset;
  const found = await send('POST', trialAddress(), { lines: wanted().lines, terms: [] });
  if (!found) return null;
  const changed = [];
  state.cases.forEach((cases, key) => {
    const [supplier, warehouse, sku] = JSON.parse(key);
    const line = of(found.lines, supplier, warehouse, sku);
    const now = line ? line.real.cases : cases;
    if (now !== state.was.get(key)) changed.push(`${sku} ${state.was.get(key)} → ${now}`);
    state.was.set(key, now);
  });
  state.version = version;
  keep();
  return changed;
};

const save = async () => {
  const field = byId('reason');
  const reason = field.value.trim();
  if (!reason) {
    field.setAttribute('aria-invalid', 'true');
    field.focus();
    fault(say('写一句原因再保存：改单通知和采购汇总上会印', 'Give a reason: it is printed on the sheets'));
    return;
  }
  const rows = wanted().lines.map((line) => ({ ...line, reason }));
  let done = await send('POST', planAddress(state.version), { rows });
  if (!done && refusal === 'plan_changed') {
    const changed = await changedMeanwhile();
    if (!changed) return;
    if (changed.length > 0) {
      fault(say(`箱数刚变了：${changed.join('，')}。你改的还在，看过再保存`, `Changed meanwhile: ${changed.join(', ')}. Your changes are kept; look, then save`));
      return;
    }
    // Other lines changed, not these.
    done = await send('POST', planAddress(state.version), { rows });
  }
  if (!done) return;
  state.cases.clear();
  state.was.clear();
  state.reason = '';
  if (!state.isTrying) state.terms.clear();
  state.effect = null;
  keep();
  await show();
  tell(say(`已保存 ${done.changed} 行 · 版本 v${done.version}`, `${done.changed} lines saved · version ${done.version}`));
};

const REASONS = [['供应商缺货', 'supplier is short'], ['多备', 'extra for stock'], ['减少富余', 'less left over'], ['凑起送', 'to reach the minimum']];

// The bar above the sums: what is changed and not saved.
const drawPending = () => {
  const bar = byId('pending');
  const changed = state.cases.size;
  bar.hidden = changed === 0;
  if (changed === 0) {
    bar.replaceChildren();
    return;
  }
  if (!byId('reason')) {
    const field = el('input', {
      id: 'reason', class: 'field', placeholder: say('原因', 'Reason'), 'aria-label': say('改箱数的原因', 'Why the cases change'), maxlength: 200, list: 'reasons', autocomplete: 'off',
      oninput: () => { state.reason = field.value; keep(); }, onkeydown: (event) => { if (event.key === 'Enter') save(); },
    });
    field.value = state.reason;
    bar.replaceChildren(
      el('b', { id: 'changed' }), field,
      el('datalist', { id: 'reasons' }, REASONS.map((words) => el('option', { value: say(...words) }))),
      button(say('保存', 'Save'), save, { class: 'act main', 'data-act': 'save' }),
      button(say('撤销改动', 'Take back'), forget, { 'data-act': 'forget' }),
    );
  }
  byId('changed').textContent = say(`${changed} 行改动未保存`, changed === 1 ? '1 line not saved' : `${changed} lines not saved`);
};
