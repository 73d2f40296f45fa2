// The list of households: a row each, in the order of the rooms, or what the search found.
const SURE_MS = 300;
const onQuery = (query) => {
  const was = ui.query;
  ui.query = query;
  if (isToken(query)) {
    openToken(query);
    return;
  }
  clearTimeout(ui.sure);
  const sure = query.length > was.length && !ui.isChoosing && certain(find(inPoint(), query), query);
  // Not while the rest is still being typed: a code may begin as somebody's phone ends.
  if (sure) ui.sure = setTimeout(() => ui.query === query && ui.homeId === null && openHome(sure.home, sure.field, sure.order), SURE_MS);
  draw();
};
const setQuery = (query) => {
  ui.query = query;
  parts.search.value = query;
  draw();
};

const openToken = async (text) => {
  const orderNo = await orderOfToken(text);
  const home = orderNo && model.byOrder.get(orderNo);
  setQuery('');
  if (home) openHome(home, 'qr');
  else tell(orderNo ? say('这张码的订单不在今天的名单里', 'This order is not on today’s list') : say('二维码无效', 'This is none of our codes'));
};

const matchWords = (found) => {
  const { field, order } = found;
  const value = { room: roomCode(order), phone_tail: order.phone_tail4, chain_no: order.chain_no, nickname: order.nickname, name: order.resident }[field];
  return `${methodWords(field)} ${value}`;
};

// Enter opens what is found alone.
const openOnly = () => {
  const found = find(inPoint(), ui.query);
  if (found.length === 1 && !ui.isChoosing) openHome(found[0].home, found[0].field, found[0].order);
};

const rowOf = (home, found) => {
  const { face } = home;
  const isChosen = ui.chosen.has(home.id);
  const marks = [
    found && el('span', { class: 'match' }, matchWords(found)),
    home.hasNeighbour && el('span', { class: 'mark void' }, say('同姓邻户', 'same surname next door')),
    home.isOverdue && el('span', { class: 'mark void' }, say('逾期', 'overdue')),
    home.due > 0 && home.left > 0 && el('span', { class: 'mark void' }, say(`收 ${yuan(home.due)}`, `collect ${yuan(home.due)}`)),
    home.cashBack > 0 && el('span', { class: 'mark void' }, say(`退 ${yuan(home.cashBack)}`, `give back ${yuan(home.cashBack)}`)),
    home.short > 0 && el('span', { class: 'mark cancelled' }, say(`缺 ${home.short}`, `${home.short} short`)),
  ];
  const last = home.state === 'served' && lastPickup(home);
  const figure = home.left ? [el('b', {}, String(home.left)), el('small', {}, say(' 件', ' pcs'))]
    : [el('span', { class: `mark ${home.state === 'served' ? 'settled' : 'cancelled'}` },
      home.state === 'served' ? `✓ ${last ? minute(last.at) : say('已提', 'served')}` : say('全缺', 'none came'))];
  const tick = ui.isChoosing && el('span', { class: 'tick', 'aria-hidden': 'true' }, isChosen ? '☑' : home.left ? '☐' : '');
  return el('button', {
    type: 'button', class: `home-row${isChosen ? ' chosen' : ''}${ui.isChoosing ? ' choosing' : ''}`, 'data-home': home.id,
    'aria-pressed': ui.isChoosing ? String(isChosen) : null, disabled: ui.isChoosing && !home.left,
  },
  tick,
  el('span', { class: 'room' }, doorName(face)),
  el('span', { class: 'who' }, personWords(face)),
  el('span', { class: 'qty' }, figure),
  el('span', { class: 'marks' }, marks));
};

// Rows stay the same elements while they say the same, so that focus and scroll survive.
const keyedRow = (home, found) => {
  const said = JSON.stringify([home, found && found.field, ui.isChoosing, ui.chosen.has(home.id)]);
  const known = ui.rows.get(home.id);
  if (known && known.said === said) return known.row;
  const row = rowOf(home, found);
  ui.rows.set(home.id, { said, row });
  return row;
};

const drawList = () => {
  const here = inPoint();
  const found = ui.query ? find(here, ui.query) : null;
  const homes = found ? found.map((one) => one.home) : here.filter(TABS[ui.tab][1]);
  const cut = homes.slice(0, ui.shown);
  const rows = cut.map((home, at) => keyedRow(home, found && found[at]));
  const more = homes.length > cut.length && button(say(`还有 ${homes.length - cut.length} 户`, `${homes.length - cut.length} more`), () => {
    ui.shown += 300;
    draw();
  });
  const code = codeRow();
  const focus = document.activeElement;
  parts.list.replaceChildren(...[code, ...rows, more, !homes.length && !code && emptyWords()].filter(Boolean));
  if (focus && parts.list.contains(focus) && focus !== document.activeElement) focus.focus({ preventScroll: true });
};

const codeRow = () => {
  if (!/^\d{6}$/.test(plain(ui.query))) return null;
  if (model.offlineSince) return el('p', { class: 'older' }, say('离线时请用房号或尾号', 'Offline: use the room or the phone tail'));
  const code = plain(ui.query);
  return button(say(`提货码 ${code} → 核销`, `Pickup code ${code} → hand out`), async () => {
    const { home, words, undo } = await byCode(code);
    setQuery('');
    if (!home) {
      tell(words || say('已核销', 'Handed out'));
      return;
    }
    offerUndo(say(`已核销 · 提货码 · ${doorName(home.face)} ${home.face.resident}`, `Handed out by code · ${doorName(home.face)} ${home.face.resident}`), undo);
  }, { class: 'act main code-row' });
};

const emptyWords = () => {
  const words = ui.query ? [say(`没有找到“${ui.query}”`, `Nothing found for “${ui.query}”`), say('换房号、昵称、尾号或跟团号再试', 'Try a room, nickname, phone tail or chain number')]
    : !model.homes.length ? [say('还没有到货的团', 'No goods have come yet'), say('仓库分配完，这里就有提货清单', 'The list is here once the warehouse has shared them out')]
      : {
        waiting: [say('全部提完了', 'All collected'), say('逾期和缺货看旁边的标签', 'Overdue and short ones are beside')],
        served: [say('还没有人提货', 'Nobody has come yet'), ''], short: [say('没有缺货', 'Nothing is short'), ''], late: [say('没有逾期', 'Nothing is overdue'), ''],
      }[ui.tab];
  return el('div', { class: 'empty' }, el('h2', {}, words[0]), words[1] && el('p', {}, words[1]));
};

// Choosing several households.
const startChoosing = () => {
  ui.isChoosing = true;
  draw();
};
const stopChoosing = () => {
  ui.isChoosing = false;
  ui.chosen.clear();
  draw();
};
const toggle = (home) => {
  if (ui.chosen.has(home.id)) ui.chosen.delete(home.id);
  else if (home.left) ui.chosen.set(home.id, null);
  draw();
};

const onRow = (event) => {
  const row = event.target.closest('.home-row');
  const home = row && model.byId.get(row.dataset.home);
  if (!home) return;
  if (ui.isChoosing) {
    toggle(home);
    return;
  }
  const found = ui.query && find([home], ui.query)[0];
  openHome(home, found ? found.field : 'room', found && found.order);
};

// A long press begins to choose.
const listenLong = (list) => {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  list.addEventListener('pointerdown', (event) => {
    const row = event.target.closest('.home-row');
    if (!row || ui.isChoosing) return;
    timer = setTimeout(() => {
      const home = model.byId.get(row.dataset.home);
      if (!home) return;
      ui.isChoosing = true;
      ui.pressed = true;
      toggle(home);
    }, 500);
  });
  ['pointerup', 'pointercancel', 'pointermove', 'scroll'].forEach((name) => list.addEventListener(name, stop));
  list.addEventListener('contextmenu', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    // The finger that began the choosing is lifted.
    if (ui.pressed) ui.pressed = false;
    else onRow(event);
  });
};

const drawFoot = () => {
  if (!ui.isChoosing) {
    const scanning = canScan() ? button(say('连续扫码', 'Scan codes'), openScan, { 'data-act': 'scan' }) : '';
    parts.foot.replaceChildren(scanning,
      model.arrivals.length ? button(say('收货', 'Receive'), () => withLater('receive', model.arrivals.find((one) => ui.point < 0 || one.point === ui.point)), { 'data-act': 'receive' }) : '',
      button(say('多选', 'Choose'), startChoosing, { 'data-act': 'choose' }), button(say('更多', 'More'), showMore, { 'data-act': 'more' }));
    return;
  }
  const waiting = inPoint().filter((home) => home.left);
  const rest = waiting.filter((home) => !ui.chosen.has(home.id));
  const hand = (homesToServe) => {
    const picks = homesToServe.flatMap((home) => ui.chosen.get(home.id) || allOf(home));
    ui.isChoosing = false;
    ui.chosen.clear();
    if (picks.length) handOut(picks, 'room');
    draw();
  };
  const chosen = waiting.filter((home) => ui.chosen.has(home.id));
  parts.foot.replaceChildren(
    el('div', { class: 'foot-rows' },
      el('div', { class: 'foot-row' },
        button(say('取消', 'Cancel'), stopChoosing),
        button(say(`除已勾选外全部标为已提 ${rest.length} 户`, `All but these (${rest.length})`), () => hand(rest), { disabled: !rest.length, 'data-act': 'rest' })),
      button(say(`批量核销 ${chosen.length} 户`, `Hand out to ${homes(chosen.length)}`), () => hand(chosen), { class: 'act main', disabled: !chosen.length, 'data-act': 'chosen' })));
};
