// Totals as they change: told by the server; the curve, and rows of what is new, are read anew each minute.
const watch = (place) => {
  const mark = byId('connected');
  const shown = (words, is_stale) => {
    mark.textContent = words;
    mark.className = `mark ${is_stale ? 'void' : 'settled'}`;
  };
  const events = new EventSource(place.dataset.events);
  events.addEventListener('totals', (event) => {
    const totals = JSON.parse(event.data);
    if (totals.state !== 'open') {
      events.close();
      location.reload();
      return;
    }
    place.querySelectorAll('[data-total]').forEach((one) => {
      const name = one.dataset.total;
      one.textContent = name === 'sales_fen' ? yuan(totals.sales_fen) : count(totals[name]);
    });
    byId('as-of').textContent = totals.as_of.slice(0, 16).replace('T', ' ');
    shown(say('● 实时', '● live'), false);
    drawGroups(place, [totals.skus, totals.suppliers, totals.leaders]);
  });
  events.onerror = () => shown(say('○ 断开，正在重连 · 截至', '○ disconnected, trying again · as of'), true);
  setInterval(() => { if (!document.hidden) readLive(place); }, 60000);
};

const readLive = async (place) => {
  const page = await readPage(location.pathname + location.search, true);
  if (!page) return;
  const [old, fresh] = [byId('live-curve'), page.getElementById('live-curve')];
  if (old && fresh && !old.querySelector('details[open]')) old.replaceWith(fresh);
  place.querySelectorAll('[data-group]').forEach((group) => {
    const other = page.querySelector(`[data-group="${group.dataset.group}"]`);
    if (!other) return;
    other.open = group.open;
    const hasFocus = group.contains(document.activeElement);
    group.replaceWith(other);
    if (hasFocus) other.querySelector('summary').focus({ preventScroll: true });
  });
};

// Rows that are there get their new figures; a new thing is read with the page.
const drawGroups = (place, groups) => groups.forEach((sums, at) => {
  const group = place.querySelector(`[data-group="${at}"]`);
  if (!group) return;
  const cells = new Map([...group.querySelectorAll('tr[data-code]')].map((row) => [row.dataset.code, row.cells]));
  (sums || []).forEach((sum) => {
    const row = cells.get(sum.sku_code || sum.supplier_code || sum.leader_code);
    if (!row) return;
    row[2].firstChild.textContent = count(sum.ordered_qty);
    row[3].textContent = sum.tolerance_qty > 0 ? count(sum.tolerance_qty) : '';
  });
});

const askCutoff = (held) => {
  const orders = document.querySelector('[data-total=orders]').textContent;
  ask(
    say(`${orders} 单不可再改，确认截单？`, `Cut off now? ${orders} orders can no longer change`),
    [say('截单后不再接单，已下的单不能改、不能取消；之后才能算采购箱数。', 'No order is taken any more and none can be changed; then the cases to buy are worked out.')],
    say('截单', 'Cut off'),
    async () => {
      const done = await send('POST', `/api/v1/cycles/${encodeURIComponent(held.dataset.cycle)}/cutoff`);
      if (done) location.assign(`/buyer?cycle=${encodeURIComponent(held.dataset.cycle)}${IS_ZH ? '' : '&lang=en'}`);
      return true;
    },
  );
};

const loadPlots = async (place) => {
  const page = await readPage(place.dataset.address);
  const drawn = page && page.querySelector('.plots-grid');
  if (drawn) place.querySelector('.loading, .plots-grid').replaceWith(drawn);
  else place.querySelector('.loading p').textContent = say('画不出来，收起再点开重试', 'Not drawn; close and open to try again');
};
