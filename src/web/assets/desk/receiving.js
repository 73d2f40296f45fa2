// Counting a delivery: cases Tab loose pieces Tab rejected Enter. Nothing takes the focus away, nothing typed is lost.
const setUpReceiving = () => {
  const scan = $('#scan');
  const place = $('#counting');
  const form = $('#counts');
  const codes = new Map();
  $$('.orders li').forEach((li) => {
    const link = $('a', li);
    codes.set(link.dataset.po, link);
    li.dataset.codes.split(' ').filter(Boolean).forEach((code) => codes.set(code.toUpperCase(), link));
  });
  const rows = $$('tr[data-sku]', form || document);
  const find = (code) => rows.find((row) => [row.dataset.sku, row.dataset.barcode].some((known) => known && known.toUpperCase() === code));
  const part = (row, name) => $(`[data-part=${name}]`, row);
  const toRow = (row) => {
    const field = part(row, 'cases');
    field.focus();
    field.select();
  };
  // A scan or a number leads to its line, here or on another order.
  const lead = (text) => {
    const code = text.trim().toUpperCase();
    if (!code) return false;
    const row = find(code);
    if (row) {
      toRow(row);
      return true;
    }
    const link = codes.get(code) || codes.get(code.replace(/^RS-/, 'PO-')) || $$('.orders a').find((one) => one.textContent.toUpperCase().includes(code));
    if (!link) return false;
    location.assign(codes.get(code) === link && !code.startsWith('PO-') ? `${link.href}&sku=${encodeURIComponent(code)}` : link.href);
    return true;
  };
  if (scan) {
    scan.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      const text = scan.value;
      scan.value = '';
      if (!lead(text)) tell(say(`没有找到“${text}”，不在今晚的采购单里；来的货没订过就记错货`, `Nothing is called “${text}” tonight; goods that nobody ordered are wrong goods`));
    });
  }
  if (!form || place.dataset.shut) return;
  const isRecount = Boolean(place.dataset.recount);
  const name = `receiving:${place.dataset.cycle}:${place.dataset.receipt}${isRecount ? ':again' : ''}`;
  const number = (field) => (field.value.trim() === '' ? null : Number(field.value));
  const isSound = (field) => /^\s*\d{0,7}\s*$/.test(field.value);
  const read = (row) => {
    const [cases, loose, rejected] = ['cases', 'loose', 'rejected'].map((one) => number(part(row, one)));
    const isCounted = cases !== null || loose !== null;
    return { cases, loose, rejected, isCounted, closes: part(row, 'closes').checked, came: (cases || 0) * Number(row.dataset.size) + (loose || 0) };
  };
  // Whether a recount says of a line just what the last count said.
  const isAsCounted = (row, now) => row.dataset.counted === `${now.cases || 0} ${now.loose || 0} ${now.rejected || 0} ${now.closes}`;
  const drawRow = (row) => {
    const now = read(row);
    const { planned, before, rejected, unit, closed } = row.dataset;
    const left = Number(planned) - Number(before) - Number(rejected) - now.came - (now.rejected || 0);
    const cell = $('.differs', row);
    const isTouched = now.isCounted || now.closes || closed || Number(before) > 0;
    row.classList.toggle('amber', Boolean(isTouched) && (left < 0 || (left > 0 && (now.closes || Boolean(closed)))));
    if (!isTouched) cell.textContent = '';
    else if (left === 0) cell.textContent = say('✓ 齐', '✓ complete');
    else if (left < 0) cell.textContent = say(`多 ${-left} ${unit}`, `${-left} over`);
    else cell.textContent = now.closes || closed ? say(`少 ${left} ${unit}`, `${left} short`) : say(`还差 ${left} ${unit}`, `${left} to come`);
    ['cases', 'loose', 'rejected'].forEach((one) => part(row, one).classList.toggle('bad', !isSound(part(row, one))));
  };
  const tally = () => {
    const counts = rows.map(read);
    const counted = counts.filter((one) => one.isCounted).length;
    const pieces = counts.reduce((sum, one) => sum + one.came, 0);
    $('.tally', form).textContent = counted ? say(`已数 ${counted} / ${rows.length} 行 · ${pieces} 件，还没保存`, `${counted} / ${rows.length} lines · ${pieces} pieces, not saved yet`) : say('还没有数', 'Nothing counted yet');
  };
  const keepAll = () => {
    const now = {};
    rows.forEach((row) => {
      const values = ['cases', 'loose', 'rejected'].map((one) => part(row, one).value).concat(part(row, 'closes').checked);
      if (values.some(Boolean) && !isAsCounted(row, read(row))) now[row.dataset.sku] = values;
    });
    keep(name, Object.keys(now).length ? { key: draft.key, rows: now } : null);
    rows.forEach(drawRow);
    tally();
  };
  const draft = kept(name) || { key: eventName(), rows: {} };
  rows.forEach((row) => {
    const was = draft.rows[row.dataset.sku];
    const [cases, loose, rejected, closes] = (row.dataset.counted || '').split(' ');
    const shown = was || (row.dataset.counted ? [cases, loose === '0' ? '' : loose, rejected === '0' ? '' : rejected, closes === 'true'] : null);
    if (!shown) return;
    ['cases', 'loose', 'rejected'].forEach((one, at) => { part(row, one).value = shown[at]; });
    part(row, 'closes').checked = shown[3];
  });
  form.addEventListener('input', keepAll);
  form.addEventListener('focusin', (event) => {
    const field = event.target;
    if (field.matches('.count')) {
      field.before = field.value;
      field.select();
    }
  });
  form.addEventListener('keydown', (event) => {
    const field = event.target;
    if (!field.matches('.count')) return;
    const row = field.closest('tr');
    if (event.key === 'Enter' && !event.ctrlKey) {
      event.preventDefault();
      // A scanner types a code and Enter wherever the focus is: it is no count.
      if (field.value.trim().length >= 6 && (find(field.value.trim().toUpperCase()) || codes.has(field.value.trim().toUpperCase()))) {
        const code = field.value;
        field.value = field.before || '';
        keepAll();
        lead(code);
        return;
      }
      const next = rows[rows.indexOf(row) + 1];
      if (next) toRow(next);
      else $('[data-act=save]', form).focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      nextInColumn(field, event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === ' ') {
      event.preventDefault();
      part(row, 'closes').checked = !part(row, 'closes').checked;
      keepAll();
    }
  });
  const fill = (words, change) => {
    const before = rows.map((row) => ['cases', 'loose', 'rejected'].map((one) => part(row, one).value).concat(part(row, 'closes').checked));
    const changed = rows.filter(change).length;
    keepAll();
    tell(words(changed), () => {
      rows.forEach((row, at) => {
        ['cases', 'loose', 'rejected'].forEach((one, place) => { part(row, one).value = before[at][place]; });
        part(row, 'closes').checked = before[at][3];
      });
      keepAll();
    });
  };
  $('[data-act=all-came]', form).addEventListener('click', () => fill((count) => say(`${count} 行按单填好，还没保存`, `${count} lines filled as ordered, not saved yet`), (row) => {
    const { planned, before, rejected, size, closed } = row.dataset;
    const left = Number(planned) - Number(before) - Number(rejected);
    if (read(row).isCounted || closed || left <= 0) return false;
    part(row, 'cases').value = Math.floor(left / Number(size));
    part(row, 'loose').value = left % Number(size) || '';
    part(row, 'closes').checked = true;
    return true;
  }));
  $('[data-act=no-more]', form).addEventListener('click', () => fill((count) => say(`${count} 行不再来货，还没保存`, `Nothing more comes for ${count} lines, not saved yet`), (row) => {
    const now = read(row);
    const left = Number(row.dataset.planned) - Number(row.dataset.before) - Number(row.dataset.rejected);
    if (row.dataset.closed || now.closes || (left <= 0 && !now.isCounted)) return false;
    if (!now.isCounted) part(row, 'cases').value = 0;
    part(row, 'closes').checked = true;
    return true;
  }));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const bad = $$('.count', form).find((field) => !isSound(field));
    if (bad) {
      bad.focus();
      drawRefusal(form, new Refused({ detail: '数字不对，请改好再保存', title: 'this is no count, correct it' }));
      return;
    }
    const sent = rows.map((row) => [row, read(row)]).filter(([row, now]) => (now.isCounted || now.rejected !== null || now.closes) && !isAsCounted(row, now)).map(([row, now]) => ({
      receipt_no: place.dataset.receipt, po_no: place.dataset.po, sku_code: row.dataset.sku, arrived_cases: now.cases || 0, loose_pieces: now.loose || 0,
      rejected_qty: now.rejected || 0, closes: now.closes, ...(isRecount ? { recount: true } : {}),
    }));
    if (!sent.length) {
      drawRefusal(form, new Refused(isRecount ? { detail: '没有改动，和上次数的一样', title: 'nothing is changed, it is as it was counted' }
        : { detail: '还没有数，先填实到箱数；没来的填 0', title: 'nothing is counted yet; enter 0 for what did not come' }));
      toRow(rows[0]);
      return;
    }
    try {
      const done = await ask('POST', `/api/v1/cycles/${encodeURIComponent(place.dataset.cycle)}/receipts`, { rows: sent }, { 'Idempotency-Key': draft.key });
      // What this desk sent twice gets its first answer. A count that was there already is somebody else's.
      if (!isRecount && done.same) {
        throw new Refused({
          detail: `${done.same} 行与已记的 ${place.dataset.receipt} 相同，没有再记；若是另一车，请刷新后用新次号`,
          title: `${done.same} lines are noted under ${place.dataset.receipt} already and were not noted again; for another truck reload and use the next number`,
        }, 409);
      }
      keep(name, null);
      const words = say(`${place.dataset.receipt} 已收 ${done.rows} 行`, `${place.dataset.receipt}: ${done.rows} lines received`);
      const isComplete = rows.every((row) => { const now = read(row); return now.closes || row.dataset.closed || Number(row.dataset.planned) <= Number(row.dataset.before) + Number(row.dataset.rejected) + now.came + (now.rejected || 0); });
      if (isComplete && place.dataset.next) {
        sessionStorage.setItem('desk:told', words);
        location.assign(place.dataset.next);
      } else reload(words);
    } catch (error) {
      // Another body needs another key; what is being sent twice keeps its own.
      if (error.status !== 0 && error.status < 500) draft.key = eventName();
      keepAll();
      drawRefusal(form, error);
    }
  });
  keepAll();
  const aimed = (new URLSearchParams(location.search).get('sku') || '').toUpperCase();
  const isOpen = (row) => !row.dataset.closed && Number(row.dataset.planned) > Number(row.dataset.before) + Number(row.dataset.rejected);
  const first = (aimed && find(aimed)) || rows.find((row) => isRecount || isOpen(row));
  // On a phone the keyboard would cover half of the page.
  if (!aimed && !matchMedia('(min-width: 720px)').matches) return;
  if (first) toRow(first);
  else if (scan) scan.focus();
};
