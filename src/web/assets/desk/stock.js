// Counting stock, and entering what was ticked on paper.
const setUpStock = (form) => {
  const rows = $$('tbody tr', form);
  const part = (row, name) => $(`[data-part=${name}]`, row);
  const name = form.dataset.keep;
  const keyOf = (row) => JSON.stringify([row.dataset.warehouse, row.dataset.sku, row.dataset.lot, row.dataset.best]);
  const was = kept(name) || {};
  const added = $('tr.added', form);
  const ADDED = ['sku', 'warehouse', 'lot', 'best', 'qty'];
  rows.forEach((row) => { if (row.dataset.sku && was[keyOf(row)] !== undefined) part(row, 'qty').value = was[keyOf(row)]; });
  if (was.added) ADDED.forEach((one, at) => { part(added, one).value = was.added[at]; });
  // What was counted on other pages of the list is saved with this one.
  const here = new Set(rows.filter((row) => row.dataset.sku).map(keyOf));
  const elsewhere = Object.entries(was).filter(([key]) => key !== 'added' && !here.has(key));
  const draw = () => {
    const now = Object.fromEntries(elsewhere);
    let counted = elsewhere.length;
    rows.forEach((row) => {
      const { value } = part(row, 'qty');
      if (!row.dataset.sku) return;
      const cell = $('.differs', row);
      const difference = Number(value) - Number(row.dataset.book);
      const isCounted = value.trim() !== '';
      if (isCounted) {
        now[keyOf(row)] = value;
        counted += 1;
      }
      row.classList.toggle('amber', isCounted && difference !== 0);
      cell.textContent = !isCounted ? '' : difference === 0 ? say('✓ 相符', '✓ same') : `${difference > 0 ? '+' : '−'}${Math.abs(difference)} ${row.dataset.unit}`;
      part(row, 'qty').classList.toggle('bad', !/^\s*\d{0,9}\s*$/.test(value));
    });
    const other = ADDED.map((one) => part(added, one).value);
    // A warehouse is always chosen; it alone is nothing.
    if (other.some((value, at) => at !== 1 && value !== '')) now.added = other;
    keep(name, Object.keys(now).length ? now : null);
    const beside = elsewhere.length ? say(`（其中 ${elsewhere.length} 行不在这一页）`, ` (${elsewhere.length} of them not on this page)`) : '';
    $('.tally', form).textContent = counted ? say(`已盘 ${counted} 行，还没保存`, `${counted} lines counted, not saved yet`) + beside : '';
  };
  form.addEventListener('input', draw);
  form.addEventListener('keydown', (event) => {
    if (!event.target.matches('.count')) return;
    if (event.key === 'ArrowDown' || (event.key === 'Enter' && !event.ctrlKey)) {
      event.preventDefault();
      if (!nextInColumn(event.target, 1)) $('[data-act=save]', form).focus();
    } else if (event.key === 'ArrowUp') {
      event.preventDefault();
      nextInColumn(event.target, -1);
    }
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const sent = rows.filter((row) => part(row, 'qty').value.trim() !== '').map((row) => (row.dataset.sku
      ? { warehouse_code: row.dataset.warehouse, sku_code: row.dataset.sku, lot: row.dataset.lot, best_before: row.dataset.best, qty: part(row, 'qty').value.trim() }
      : { warehouse_code: part(row, 'warehouse').value, sku_code: part(row, 'sku').value, lot: part(row, 'lot').value, best_before: part(row, 'best').value, qty: part(row, 'qty').value.trim() }));
    elsewhere.forEach(([key, qty]) => {
      const [warehouse_code, sku_code, lot, best_before] = JSON.parse(key);
      sent.push({ warehouse_code, sku_code, lot, best_before, qty: qty.trim() });
    });
    if (!sent.length) {
      drawRefusal(form, new Refused({ detail: '还没有盘，先填实盘数', title: 'nothing is counted yet' }));
      return;
    }
    try {
      const done = await ask('POST', '/api/v1/stock', { rows: sent });
      keep(name, null);
      reload(say(`盘点已保存：${done.rows} 行，改动 ${done.new + done.changed} 行`, `Count saved: ${done.rows} lines, ${done.new + done.changed} changed`));
    } catch (error) {
      drawRefusal(form, error);
    }
  });
  draw();
};

const setUpTicks = (form) => {
  const boxes = $$('input[type=checkbox]', form);
  const draw = () => {
    const now = boxes.filter((box) => box.checked && !box.disabled);
    const place = $('.tally', form);
    if (place) place.textContent = now.length ? say(`勾了 ${now.length} 户，还没保存`, `${now.length} ticked, not saved yet`) : '';
  };
  form.addEventListener('change', draw);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const ticked = boxes.filter((box) => box.checked && !box.disabled);
    const events = ticked.map((box) => ({
      event_id: eventName(), device_time: new Date().toISOString(), order_no: box.name, method: 'name', source: 'paper', by: ($('.bar .who') || { textContent: 'paper' }).textContent.trim(),
    }));
    const results = [];
    try {
      for (let at = 0; at < events.length; at += 200) {
        const answer = await ask('POST', '/api/v1/pickups', { events: events.slice(at, at + 200) });
        results.push(...answer.results);
      }
    } catch (error) {
      drawRefusal(form, error);
      return;
    }
    const refused = results.filter((one) => one.status === 'refused' || one.status === 'conflict').length;
    keep(form.dataset.keep, null);
    reload(refused ? say(`已补录 ${results.length - refused} 户，${refused} 户没有记上`, `${results.length - refused} entered, ${refused} not taken`) : say(`已补录 ${results.length} 户`, `${results.length} entered`));
  });
  draw();
};
