// What the driver sees: the next stop large, its acts within the thumb's reach, the whole round below.
const lineWords = () => {
  const [waiting, bad] = [unsent().length, troubles().length];
  const toSend = waiting ? say(`${waiting} 笔待上传`, `${waiting} to send`) : '';
  if (bad) return ['bad', say(`${bad} 笔没有记入，点开看`, `${bad} not taken, look`)];
  if (model.offlineSince) return ['off', [say(`离线 ${minute(model.offlineSince)} 起`, `Offline since ${minute(model.offlineSince)}`), toSend].filter(Boolean).join(' · ')];
  if (waiting) return ['busy', toSend];
  return model.seenAt ? ['on', say('已连接', 'Connected')] : ['busy', say('正在连接', 'Connecting')];
};
const STAGE_WORDS = {
  planned: () => say('待装车', 'To be loaded'), loaded: () => say('已装车', 'Loaded'), on_the_way: () => say('在路上', 'On the way'),
  broken_down: () => say('车坏了', 'Broken down'), returned: () => say('已回仓', 'Back'),
};

const drawHead = () => {
  const { trip, day } = model;
  const [state, words] = lineWords();
  parts.line.className = `line ${state}`;
  parts.line.textContent = words;
  parts.title.textContent = day.plate || say('还没有车', 'No vehicle yet');
  const figures = trip ? [
    [say('线路', 'Route'), trip.route], [say('站', 'stops'), `${trip.stops.length - trip.left.length}/${trip.stops.length}`],
    [say('件', 'pieces'), String(addUp(trip.left, (stop) => stop.pieces))], [STAGE_WORDS[trip.stage](), ''],
  ] : [];
  parts.figures.replaceChildren(...figures.map(([name, count]) => el('span', {}, count ? el('b', {}, count) : '', ` ${name}`)));
  const several = model.trips.length > 1;
  parts.trips.hidden = !several;
  parts.trips.replaceChildren(...(several ? model.trips.map((one) => button(`${one.pickup_date.slice(5)} ${one.route}`, () => {
    Object.assign(ui, { trip: one.trip_no, opened: null });
    figure();
    draw();
  }, { class: 'act chip', 'aria-pressed': String(one === trip) })) : []));
};

const goodsWords = (stop) => [
  say(`${stop.pieces} 件`, `${stop.pieces} pieces`), stop.full_cases && say(`${stop.full_cases} 整箱`, `${stop.full_cases} cases`),
  stop.cold_items && say(`冷链 ${stop.cold_items}`, `${stop.cold_items} cold`),
].filter(Boolean).join(' · ');
const owedWords = (stop) => toteWords(stop.owed);

const stopCard = (trip, stop) => el('section', { class: 'stop-card', 'data-stop': stop.point_code },
  el('p', { class: 'stop-no' }, el('b', {}, String(stop.stop_seq)), el('small', {}, say(` 站 · 格口 ${stop.slot_no}`, ` · slot ${stop.slot_no}`)),
    stop.moved_from ? el('span', { class: 'mark open' }, say(`从 ${stop.moved_from} 转来`, `from ${stop.moved_from}`)) : ''),
  el('h1', {}, stop.point),
  el('p', { class: 'address' }, stop.address || say('没有地址', 'No address')),
  el('p', { class: 'note' }, [stop.window_start && `${stop.window_start}–${stop.window_end || ''}`, stop.slip_no].filter(Boolean).join(' · ')),
  el('p', { class: 'goods-line' }, el('b', {}, goodsWords(stop))),
  el('p', { class: 'goods-line' }, say('送 ', 'Out: '), el('b', {}, toteWords(stop.totes_out) || say('无筐箱', 'no totes')),
    owedWords(stop) ? el('span', {}, say('，应收回 ', ', back: '), el('b', {}, owedWords(stop))) : ''),
  el('div', { class: 'thirds' },
    el('a', { class: 'act', href: `tel:${stop.leader_phone}` }, say(`电话 ${stop.leader}`, `Call ${stop.leader}`)),
    stop.map ? el('a', { class: 'act', href: stop.map.amap, rel: 'noopener', target: '_blank', 'data-act': 'amap' }, say('导航', 'Navigate')) : '',
    el('a', { class: 'act', href: stop.map ? stop.map.geo : `geo:0,0?q=${encodeURIComponent(stop.address || stop.point)}`, 'data-act': 'geo' }, say('地图', 'Map'))),
  stop.arrived_at && !stop.end ? el('p', { class: 'note' }, say(`${minute(stop.arrived_at)} 已到达`, `Arrived ${minute(stop.arrived_at)}`)) : '',
  endWords(stop));
const endWords = (stop) => {
  if (!stop.end) return '';
  const { end } = stop;
  const words = end.act === 'handed_over'
    ? say(`✓ ${minute(end.at)} 已交接：${end.handed_by} → ${end.received_by}`, `✓ ${minute(end.at)} handed over: ${end.handed_by} → ${end.received_by}`)
    : say(`${minute(end.at)} 无人签收，已放下`, `${minute(end.at)} left, nobody signed`);
  const back = toteWords(end.totes_back);
  return el('p', { class: end.act === 'handed_over' ? 'mark settled' : 'mark open' }, words, back ? say(`，回 ${back}`, `, back: ${back}`) : '');
};

const roundRow = (trip, stop) => el('button', { type: 'button', class: 'home-row', 'data-row': stop.point_code, onclick: () => {
  ui.opened = stop;
  draw();
  window.scrollTo(0, 0);
} },
el('span', { class: 'room' }, `${stop.stop_seq} ${stop.point}`), el('span', { class: 'qty' }, el('b', {}, String(stop.pieces)), el('small', {}, say(' 件', ' pcs'))),
el('span', { class: 'who' }, stop.address || ''),
el('span', { class: 'marks' }, stop.end ? el('span', { class: stop.end.act === 'left' ? 'mark open' : 'mark settled' }, stop.end.act === 'left' ? say(`无人签收 ${minute(stop.end.at)}`, `left ${minute(stop.end.at)}`) : `✓ ${minute(stop.end.at)}`)
  : stop === trip.next ? el('span', { class: 'match' }, say('下一站', 'next')) : ''));

// While goods are loaded the last stop comes first.
const drawMain = () => {
  const { trip, day } = model;
  if (!trip) {
    const [title, words] = day.plate ? [say('今天没有车次', 'No trips today'), say('仓库派车以后，线路会自己出现', 'Routes appear once the warehouse has dispatched')]
      : [say('账号还没有绑定车辆', 'No vehicle is yours yet'), say('请管理员在账号里填上车牌', 'Ask an admin to name your plate')];
    parts.main.replaceChildren(el('div', { class: 'empty' }, el('h1', {}, title), el('p', {}, words)));
    return;
  }
  const isLoading = trip.stage === 'planned' || trip.stage === 'loaded';
  const shown = ui.opened || (isLoading ? null : trip.next);
  const rows = isLoading && !ui.opened ? [...trip.stops].reverse() : trip.stops;
  const title = isLoading ? say(`按这个顺序装车（后送先装）· 带 ${toteWords(trip.totes) || '0 筐'}`, `Load in this order · ${toteWords(trip.totes) || 'no totes'}`) : say('全程', 'The round');
  const done = !shown && !isLoading && el('div', { class: 'empty' }, el('h1', {}, say('都送完了', 'All served')), el('p', {}, say(`带回 ${backWords(trip)}，回仓后点“已回仓”`, `Bring back ${backWords(trip)}`)));
  parts.main.replaceChildren(...[
    trip.stage === 'broken_down' && el('p', { class: 'older' }, say('已报车坏，等仓库安排换车；没送的站会转到别的车。', 'The warehouse knows and sends another truck for the stops that are left.')),
    shown && stopCard(trip, shown), done, el('h2', { class: 'round-title' }, title), el('div', { class: 'homes' }, rows.map((stop) => roundRow(trip, stop))),
  ].filter(Boolean));
};
const backTotes = (trip) => Object.fromEntries(TOTES.map(([kind]) => [kind, addUp(trip.stops, (stop) => (stop.end && stop.end.totes_back ? stop.end.totes_back[kind] || 0 : 0))]));
const backWords = (trip) => toteWords(backTotes(trip)) || say('0 筐', 'no totes');

const drawFoot = () => {
  const { trip } = model;
  const more = button(say('更多', 'More'), showMore, { 'data-act': 'more' });
  if (!trip) return parts.foot.replaceChildren(more);
  const main = (words, act, name) => button(words, act, { class: 'act main', 'data-act': name });
  const shown = ui.opened || trip.next;
  const acts = [];
  if (ui.opened) acts.push(button(say('返回', 'Back'), () => { ui.opened = null; draw(); }, { 'data-act': 'back' }));
  if (trip.stage === 'planned') acts.push(main(say(`已装车 ${trip.stops.length} 站`, `Loaded, ${trip.stops.length} stops`), () => tellTrip(trip, 'loaded', say('已装车，格口已锁', 'Loaded'), { totes: trip.totes }), 'loaded'));
  else if (trip.stage === 'loaded') acts.push(main(say('出发', 'Depart'), () => tellTrip(trip, 'departed', say('已出发', 'On the way')), 'departed'));
  else if (trip.stage === 'returned') acts.push(el('span', { class: 'note' }, say('这一趟已回仓', 'This trip is back')));
  else if (shown && (!shown.end || shown.end.act === 'left')) {
    if (!shown.arrived_at && !shown.end) acts.push(main(say('到达', 'Arrived'), () => arrive(trip, shown), 'arrived'));
    else {
      if (!shown.end) acts.push(button(say('无人签收', 'Nobody here'), () => openLeft(trip, shown), { 'data-act': 'left' }));
      acts.push(main(shown.end ? say('后补签收', 'Signed after all') : say('交接', 'Hand over'), () => openHandover(trip, shown), 'handover'));
    }
  } else if (!trip.left.length) acts.push(main(say('已回仓', 'Back'), () => tellTrip(trip, 'returned', say('已回仓', 'Back'), { totes: backTotes(trip) }), 'returned'));
  return parts.foot.replaceChildren(...(acts.length > 2 ? acts : [more, ...acts]));
};
