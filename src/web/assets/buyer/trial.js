// 试算: other terms beside the real ones. Nothing is saved until the outcome is taken over as changed cases.
const term = (sku) => state.terms.get(sku) || {};
const setTerm = (sku, name, value) => {
  const terms = { ...term(sku), [name]: value };
  if (value === undefined || value === '' || value === false) delete terms[name];
  if (Object.keys(terms).length === 0) state.terms.delete(sku);
  else state.terms.set(sku, terms);
  work();
};

const control = (row) => {
  const { sku } = row.dataset;
  const name = row.querySelector('.goods b').textContent;
  const size = el('input', {
    class: 'field count', type: 'number', inputmode: 'numeric', min: 1, max: 100000, placeholder: row.dataset.caseSize, 'aria-label': `${name} ${say('试算箱规', 'case size to try')}`,
    oninput: () => setTerm(sku, 'case_size', Math.floor(Number(size.value)) > 0 ? Math.floor(Number(size.value)) : undefined),
  });
  size.value = term(sku).case_size || '';
  const choose = (template, field, now, label, first) => {
    const options = byId(template).content.cloneNode(true);
    const list = el('select', { class: 'field', 'aria-label': `${name} ${label}`, onchange: () => setTerm(sku, field, list.value === first ? undefined : list.value) }, options);
    list.value = now || first;
    return list;
  };
  const rounding = choose('rounding-options', 'rounding', term(sku).rounding, say('试算取整', 'rounding to try'), row.dataset.rounding);
  const supplier = choose('supplier-options', 'supplier_code', term(sku).supplier_code, say('试算供应商', 'supplier to try'), '');
  const drop = el('input', { type: 'checkbox', onchange: () => setTerm(sku, 'drop', drop.checked) });
  drop.checked = Boolean(term(sku).drop);
  return el('tr', { class: 'try-row', 'data-try': sku }, el('td', { colspan: 12 }, el('div', { class: 'try-terms' },
    el('b', {}, say('试算', 'What if')),
    el('label', {}, say('箱规', 'Case'), size), el('label', {}, say('取整', 'Rounding'), rounding),
    el('label', {}, say('供应商', 'Supplier'), supplier), el('label', { class: 'tick' }, drop, say('不采', 'Drop it')))));
};

const drawTrial = () => {
  document.querySelectorAll('tr.try-row').forEach((row) => row.remove());
  const toggle = document.querySelector('[data-act=try]');
  if (!toggle) return;
  toggle.setAttribute('aria-pressed', String(state.isTrying));
  const tools = toggle.parentElement;
  tools.querySelectorAll('.of-trial').forEach((old) => old.remove());
  if (!state.isTrying) return;
  rows().filter((row) => !row.querySelector('.second')).forEach((row) => row.after(control(row)));
  toggle.after(
    button(say('采用试算', 'Take it over'), adopt, { class: 'act small of-trial', 'data-act': 'adopt' }),
    button(say('清空试算', 'Clear'), () => { state.terms.clear(); drawTrial(); work(); }, { class: 'act small of-trial', 'data-act': 'clear-trial' }),
    el('small', { class: 'of-trial' }, say('箭头后是试算结果，什么都没有保存', 'Figures behind the arrow are tried; nothing is saved')),
  );
};

const toggleTrial = () => {
  state.isTrying = !state.isTrying;
  drawTrial();
  work();
};

// The outcome as changed cases. Another case size is the supplier's to agree to, so it cannot be taken over.
const adopt = () => {
  if (!state.effect || state.terms.size === 0) {
    fault(state.terms.size === 0
      ? say('先改箱规、取整、供应商或勾“不采”，看到结果再采用', 'Try other terms first')
      : say('还在试算，看到结果再采用', 'The outcome is not there yet; wait for it'));
    return;
  }
  const sized = new Set([...state.terms].filter(([, terms]) => terms.case_size).map(([sku]) => sku));
  const fits = state.effect.lines.filter((line) => !sized.has(line.sku_code) && line.trial.cases !== line.real.cases);
  fits.forEach((line) => change(JSON.stringify([line.supplier_code, line.warehouse_code, line.sku_code]), line.trial.cases, line.real.cases));
  state.terms.forEach((_, sku) => { if (!sized.has(sku)) state.terms.delete(sku); });
  state.isTrying = state.terms.size > 0;
  if (!state.reason) state.reason = say('按试算调整', 'as tried');
  fillCounts();
  drawTrial();
  work();
  if (sized.size > 0) fault(say(`${sized.size} 个商品试的是别的箱规：要供应商改箱规、改商品资料，下期才生效，没有采用`, `${sized.size} with another case size were left out: change the catalogue for the next cycle`));
  else tell(say(`${fits.length} 行已填入，还没有保存`, `${fits.length} lines filled in, not saved yet`));
};
