// 称重: the scale types a reading and Enter; each is a label. Readings go one after the other, so that numbers stand in order.
const setUpWeighing = (place) => {
  const form = $('#weigh');
  const { cycle, sku, name } = place.dataset;
  const base = `/api/v1/cycles/${encodeURIComponent(cycle)}/weights`;
  const pages = `/warehouse/${encodeURIComponent(cycle)}/weighing`;
  const inLang = (path) => (isEnglish ? `${path}${path.includes('?') ? '&' : '?'}lang=en` : path);
  const words = (grams) => {
    const jin = (Math.floor(grams / 5) + (grams % 5 >= 3 ? 1 : 0)).toString().padStart(3, '0').replace(/(\d\d)$/, '.$1');
    return say(`${grams} g（${jin} 斤）`, `${grams} g (${jin} jin)`);
  };
  const yuan = (fen) => `¥${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
  const counted = (by) => { $('#label-count').textContent = String(Number($('#label-count').textContent) + by); };

  // A field that has the focus back from a closed dialog takes no keys in Chromium until it gets it anew.
  const toScale = () => {
    $('#scale').blur();
    $('#scale').focus();
  };

  $('#labels').addEventListener('click', async (event) => {
    if (!event.target.closest('[data-act=void-label]')) return;
    const row = event.target.closest('tr');
    const { weighNo } = row.dataset;
    if (!(await confirmed(say(`作废称签 ${weighNo}？那一份要重新称，不能撤回。`, `Void label ${weighNo}? The piece is weighed again; this cannot be undone.`), say('作废', 'Void')))) return;
    try {
      const { is_changed: isChanged } = await ask('POST', `${base}/void`, { weigh_no: weighNo });
      $('th', row).replaceChildren(el('s', {}, weighNo));
      $('.acts', row).replaceChildren(el('span', { class: 'mark cancelled' }, say('已作废', 'void')));
      if (isChanged) counted(-1);
    } catch (error) {
      tell(error.message);
    }
    if (form) toScale();
  });
  if (!form) return;
  const scale = $('#scale');
  const slot = $('#slot');
  const wrong = $('.wrong', form);
  // The slot stays chosen for these goods.
  slot.value = kept(`slot:${cycle}:${sku}`) || '';
  if (slot.selectedIndex < 0) slot.value = '';
  slot.addEventListener('change', () => {
    keep(`slot:${cycle}:${sku}`, slot.value || null);
    scale.focus();
  });
  const addRow = (done, slotWords) => {
    const no = done.weigh_no;
    const row = el('tr', { 'data-weigh-no': no }, el('th', { scope: 'row', class: 'about' }, no), el('td', { class: 'n' }, words(done.actual_weight_g)), el('td', { class: 'n' }, yuan(done.price_fen)), el('td', {}, slotWords),
      el('td', { class: 'acts' }, el('a', { class: 'act small', href: inLang(`${pages}/labels?no=${encodeURIComponent(no)}`), target: '_blank', rel: 'opener' }, say('打印', 'Print')), ' ', button(say('作废', 'Void'), () => {}, { class: 'act small', 'data-act': 'void-label' })));
    $('tbody', $('#labels')).prepend(row);
    $('#labels').hidden = false;
    $('#no-labels').hidden = true;
    counted(1);
    $('#readout').textContent = `${no} · ${words(done.actual_weight_g)} · ${yuan(done.price_fen)}`;
  };
  const label = async (body, key, slotWords) => {
    try {
      const done = await ask('POST', base, body, { 'Idempotency-Key': key });
      wrong.hidden = true;
      addRow(done, slotWords);
    } catch (error) {
      const { code } = error.problem || {};
      if (code === 'weight_outside_range' && !body.is_confirmed) {
        const isRight = await confirmed(error.message, say('没错，记下', 'It is right'));
        toScale();
        if (isRight) await label({ ...body, is_confirmed: true }, eventName(), slotWords);
        return;
      }
      // What was not noted is put back to be sent again, unless something else is being typed.
      if (scale.value === '') scale.value = body.actual_weight;
      // A lost answer: the same reading again is the same label.
      lost = error.status === 0 || error.status >= 500 ? { key, body: JSON.stringify(body) } : null;
      $('#readout').textContent = '';
      drawRefusal(form, error);
      scale.focus();
      scale.select();
    }
  };
  let lost = null;
  let line = Promise.resolve();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const reading = scale.value.trim();
    if (!reading) return;
    const body = { sku_code: sku, actual_weight: reading, ...(slot.value ? { point_code: slot.value } : {}) };
    const again = lost && lost.body === JSON.stringify(body) ? lost.key : null;
    lost = null;
    scale.value = '';
    const slotWords = slot.value ? slot.selectedOptions[0].textContent.split(' · ').slice(0, 2).join(' ').replace(/^\S+ /, '') : '';
    line = line.then(() => label(body, again || eventName(), slotWords));
  });
  document.title = `${name} · ${document.title}`;
  if (matchMedia('(min-width: 720px)').matches) scale.focus();
};
