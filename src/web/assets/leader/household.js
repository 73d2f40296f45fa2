// One household: everything it gets, large; ticked at first, handed out with one tap.
const pickKey = (order, one) => `${order.order_no} ${one.goods.sku_code}`;

const allPicks = (home) => new Map(home.orders.flatMap((own) => own.lines.filter((one) => one.left).map((one) => [pickKey(own, one), one.left])));

const openHome = (home, method, order) => {
  ui.scroll = window.scrollY;
  Object.assign(ui, { homeId: home.id, method: method || 'room', found: order && method !== 'qr' ? { field: method, order } : null });
  ui.picks = allPicks(home);
  history.pushState({ home: home.id }, '');
  draw();
  window.scrollTo(0, 0);
};
// Back to the list where it was; the browser's own step back comes behind.
const leaveHome = () => {
  Object.assign(ui, { homeId: null, found: null });
  draw();
  window.scrollTo(0, ui.scroll);
};
const closeHome = () => {
  if (ui.homeId === null) return;
  leaveHome();
  history.back();
};

const picksOf = (home) => home.orders.map((order) => ({
  orderNo: order.order_no, home: home.id,
  lines: order.lines.map((one) => ({ sku: one.goods.sku_code, qty: Math.min(one.left, ui.picks.get(pickKey(order, one)) || 0) })).filter((one) => one.qty),
})).filter((pick) => pick.lines.length);

const confirmHome = (home, proxy) => {
  const picks = picksOf(home);
  const { method } = ui;
  ui.query = '';
  parts.search.value = '';
  closeHome();
  handOut(picks, method, proxy);
  parts.search.focus({ preventScroll: true });
};

const lineRow = (order, one) => {
  const key = pickKey(order, one);
  const picked = Math.min(one.left, ui.picks.get(key) || 0);
  const pick = (count) => {
    ui.picks.set(key, count);
    draw();
  };
  const { goods } = one;
  const name = el('span', { class: 'goods' }, el('b', {}, goods.sku_name), ' ', el('small', {}, goods.spec));
  const qty = (count) => el('span', { class: 'pieces' }, el('b', {}, String(count)), el('small', {}, ` ${goods.unit}`));
  const rows = [];
  const problem = () => (one.allocated_qty > one.lost
    ? button(say('有问题 ›', 'Problem ›'), () => withLater('problem', order, one), { class: 'act small problem', 'data-problem': key }) : '');
  const isWeighed = Boolean(goods.nominal_weight_g) && one.allocated_qty > one.lost;
  if (one.left) {
    rows.push(el('div', { class: `item${picked ? '' : ' off'}` },
      el('label', { class: 'pick' }, el('input', { type: 'checkbox', checked: picked > 0, 'data-pick': key, onchange: (event) => pick(event.target.checked ? one.left : 0) }), qty(picked || one.left), name),
      problem(),
      one.left > 1 && picked > 0 && el('span', { class: 'stepper' },
        button('−', () => pick(picked - 1), { 'aria-label': say('少给一件', 'One less') }),
        button('+', () => pick(picked + 1), { disabled: picked >= one.left, 'aria-label': say('多给一件', 'One more') }))));
  }
  if (one.handed > 0) rows.push(el('div', { class: 'item done' }, el('span', { class: 'sign' }, '✓'), qty(one.handed), name, one.left ? el('span', { class: 'mark settled' }, say('已提', 'served')) : problem()));
  if (one.short) rows.push(el('div', { class: 'item short' }, el('span', { class: 'sign' }, '—'), qty(one.short), name, el('span', { class: 'mark cancelled' }, one.lost ? say('少货', 'did not come') : say('缺货', 'short'))));
  if (isWeighed) {
    const known = one.labels.map((label) => (label.actual_weight_g ? `${label.weigh_no} · ${weightWords(label.actual_weight_g)}` : `${label.weigh_no} · ${say('待上传', 'waits')}`));
    const moved = one.weight_adjustment_fen;
    rows.push(el('p', { class: 'weighed' }, el('span', {}, known.length ? say(`实称 ${known.join('、')}`, `Weighed: ${known.join(', ')}`) : say(`约 ${goods.nominal_weight_g} g，还没有称签`, `About ${goods.nominal_weight_g} g, no label yet`),
      moved < 0 ? say(` · 退 ${yuan(-moved)}`, ` · ${yuan(-moved)} back`) : '',
      one.top_up_fen ? el('b', {}, say(` · 待补 ${yuan(one.top_up_fen)}`, ` · ${yuan(one.top_up_fen)} to pay`)) : ''),
    button(say('称签 ›', 'Label ›'), () => withLater('labels', order, one), { class: 'act small', 'data-labels': key })));
  }
  one.cases.forEach((found) => rows.push(el('p', { class: 'case' }, say('已登记 ', 'Reported: '), caseWords(found, goods),
    found.waiting ? say(` · ${found.waiting} 张照片待传`, ` · ${found.waiting} photos wait`) : '',
    (found.photos || []).map((link) => el('a', { href: link, target: '_blank', rel: 'noopener', class: 'photo-link' }, say('照片', 'photo'))))));
  return rows;
};

const orderPart = (order, hasOthers) => {
  const cycle = model.day.cycles[order.cycle];
  const earlier = order.cycle > 0 && say(`往期 ${cycle.pickup_date.slice(5)} · `, `Earlier, ${cycle.pickup_date.slice(5)} · `);
  const head = (hasOthers || earlier) && el('h2', {}, earlier || '', order.chain_no ? say(`${order.chain_no} 号 · `, `no. ${order.chain_no} · `) : '', el('small', {}, order.order_no));
  const pickups = order.pickups.map((pickup) => el('p', { class: 'pickup' },
    el('span', {}, `✓ ${minute(pickup.at)} ${pickup.by} · ${methodWords(pickup.method)}${pickup.is_proxy ? say(' · 代提', ' · by another') : ''}`),
    pickup.not_me_at && el('span', { class: 'mark cancelled' }, say(`住户 ${minute(pickup.not_me_at)} 说不是本人`, `“Not me”, ${minute(pickup.not_me_at)}`)),
    button(say('撤回', 'Take back'), () => askReason(pickup), { class: 'act small' })));
  return el('section', {}, head, order.lines.flatMap((one) => lineRow(order, one)), order.remark && el('p', { class: 'note' }, say(`备注：${order.remark}`, `Remark: ${order.remark}`)), pickups);
};

const askReason = (pickup) => {
  const reasons = [say('点错了住户', 'Wrong household'), say('拿错了货', 'Wrong goods'), say('住户退回', 'Brought back')];
  const words = el('p', { class: 'wrong', role: 'alert' });
  openSheet(say('撤回这次核销，请选原因', 'Take this pickup back: why?'), words, el('div', { class: 'foot-rows' }, reasons.map((reason) => button(reason, async () => {
    const fault = await reverseKnown(pickup.event_id, reason);
    if (fault) {
      words.textContent = fault;
      return;
    }
    closeSheet();
    tell(say('已撤回', 'Taken back'));
    draw();
  }))));
};

const moneyPart = (home) => {
  if (!home.due) return null;
  const due = home.orders.filter((order) => order.due);
  const ask = () => openSheet(say(`确认收到 ${yuan(home.due)}？`, `${yuan(home.due)} received?`),
    el('p', {}, say(`${due.length} 单记为已收款，记了不能改。`, `${due.length} order(s) will be paid; this cannot be undone.`)),
    el('div', { class: 'foot-rows' }, button(say(`已收 ${yuan(home.due)}`, `${yuan(home.due)} received`), () => {
      closeSheet();
      notePaid(due);
    }, { class: 'act main', 'data-act': 'paid' })));
  return el('p', { class: 'money' }, el('span', {}, say('待收款', 'To collect')), el('b', {}, yuan(home.due)),
    model.day.user.may_mark_paid && button(say('记收款', 'Note payment'), ask, { 'data-act': 'money' }));
};

const cashPart = (home) => (home.cashBack ? el('p', { class: 'money' }, el('span', {}, say('应退现金', 'Cash to give back')), el('b', {}, yuan(home.cashBack)),
  model.day.user.may_mark_paid && button(say('已退给住户', 'Given back'), () => withLater('cashBack', home), { 'data-act': 'cash' })) : null);

// Kept after the window as long as what it is keeps: cold goods a day, the rest three.
const KEPT_DAYS = { ambient: 3, chilled: 1, frozen: 1 };
const overdueWords = (home) => {
  const late = home.orders.filter((order) => order.left && Date.parse(order.ends_at) < Date.now());
  const until = new Map();
  late.forEach((order) => order.lines.filter((one) => one.left).forEach((one) => {
    const cold = KEPT_DAYS[one.goods.temp_zone] === 1;
    const day = new Date(Date.parse(order.ends_at) + KEPT_DAYS[one.goods.temp_zone] * 86400000 + 28800000).toISOString().slice(5, 10);
    until.set(cold ? say('冷藏冷冻', 'cold goods') : say('常温', 'others'), day);
  }));
  return [...until].map(([what, day]) => say(`${what}留到 ${day}`, `${what} kept until ${day}`)).join('，');
};

const homeActs = (home) => el('div', { class: 'foot-row home-acts' },
  home.orders.some((order) => order.phone_tail4) ? button(say('打电话', 'Call'), () => withLater('call', home), { class: 'act small', 'data-act': 'call' }) : '',
  button(say('并户', 'Join'), () => withLater('join', home), { class: 'act small', 'data-act': 'join' }),
  home.orders.length > 1 ? button(say('拆户', 'Part'), () => withLater('part', home), { class: 'act small', 'data-act': 'part' }) : '');

const drawHome = () => {
  const home = model.byId.get(ui.homeId);
  if (!home) {
    ui.homeId = null;
    return;
  }
  const { face } = home;
  const focus = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.pick : null;
  parts.home.replaceChildren(
    el('div', { class: 'household-head' }, button('‹', closeHome, { class: 'act back', 'aria-label': say('返回名单', 'Back to the list') }),
      el('div', {}, el('h1', {}, roomTitle(face) || doorName(face)), el('p', {}, personWords(face)))),
    ui.found ? el('p', { class: 'match' }, matchWords(ui.found)) : '',
    home.hasNeighbour ? el('p', { class: 'older' }, say('旁边有同姓住户，请核对房号和尾号', 'Same surname next door: check room and tail')) : '',
    home.isOverdue ? el('p', { class: 'older' }, say(`逾期未提：${overdueWords(home)}`, `Overdue: ${overdueWords(home)}`)) : '',
    moneyPart(home) || '', cashPart(home) || '',
    ...home.orders.map((order) => orderPart(order, home.orders.length > 1)), homeActs(home));
  const count = picksOf(home).reduce((sum, pick) => sum + pick.lines.reduce((part, one) => part + one.qty, 0), 0);
  parts.foot.replaceChildren(
    home.left ? button(say('代提', 'By another'), () => confirmHome(home, true), { disabled: !count, 'data-act': 'proxy', 'aria-label': say(`别人代提 ${count} 件`, `Handed to somebody else: ${count}`) }) : '',
    home.left ? button(say('再加一户', 'Add another'), () => {
      ui.isChoosing = true;
      ui.chosen.set(home.id, picksOf(home));
      setQuery('');
      closeHome();
    }, { disabled: !count }) : button(say('返回', 'Back'), closeHome),
    home.left ? button(say(`确认提货 ${count} 件`, `Hand out ${count}`), () => confirmHome(home), { class: 'act main', disabled: !count, 'data-act': 'confirm' }) : '');
  if (focus) {
    const again = [...parts.home.querySelectorAll('[data-pick]')].find((node) => node.dataset.pick === focus);
    if (again) again.focus({ preventScroll: true });
  }
};
