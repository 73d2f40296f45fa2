// The head: which point, how the line to the server stands, the figures of the day. It never says more than it knows.
const buildHead = () => {
  parts.point = el('h1', {});
  parts.line = el('button', { type: 'button', class: 'line', onclick: () => (troubles().length ? showTroubles() : sync()) });
  parts.figures = el('p', { class: 'figures-line', 'aria-live': 'polite' });
  parts.points = el('div', { class: 'chips', role: 'group', 'aria-label': say('自提点', 'Pickup points') });
  parts.search = el('input', {
    type: 'search', id: 'search', enterkeyhint: 'search', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false',
    placeholder: say('房号 / 昵称 / 尾号 / 跟团号', 'Room / nickname / tail / chain no.'),
    'aria-label': say('找住户', 'Find a household'), oninput: () => onQuery(parts.search.value), onkeydown: (event) => event.key === 'Enter' && openOnly(),
  });
  parts.tabs = el('div', { class: 'tabs', role: 'tablist' });
  parts.notice = el('div', { class: 'notices' });
  return el('header', { class: 'head' },
    el('div', { class: 'head-line' }, parts.point, parts.line), parts.figures, parts.notice, parts.points, parts.search, parts.tabs);
};

const lineWords = () => {
  const [waiting, bad] = [unsent().length, troubles().length];
  const toSend = waiting ? say(`${waiting} 笔待上传`, `${waiting} to send`) : '';
  if (bad) return ['bad', say(`${bad} 笔有出入，点开看`, `${bad} differ, look`)];
  if (model.offlineSince) {
    return ['off', [say(`离线 ${minute(model.offlineSince)} 起`, `Offline since ${minute(model.offlineSince)}`), toSend].filter(Boolean).join(' · ')];
  }
  if (line.of) return ['busy', say(`正在上传 ${Math.min(line.sent + 1, line.of)}/${line.of}`, `Sending ${Math.min(line.sent + 1, line.of)}/${line.of}`)];
  if (waiting) return ['busy', toSend];
  return model.seenAt ? ['on', say('已连接', 'Connected')] : ['busy', say('正在连接', 'Connecting')];
};

const drawHead = () => {
  const { day } = model;
  const homesHere = inPoint();
  const of = (test) => homesHere.filter(test).length;
  const points = day.points;
  parts.point.textContent = ui.point < 0 && points.length > 1
    ? say(`${points.length} 个自提点`, `${points.length} pickup points`) : (points[pointShown()] || { name: say('自提点', 'Pickup point') }).name;
  const [state, words] = lineWords();
  parts.line.className = `line ${state}`;
  parts.line.textContent = words;
  const [late, short] = [of((home) => home.isOverdue), of((home) => home.short)];
  const figures = [
    [say('今日', 'Today'), homesHere.length, say('户', 'households')], [say('已提', 'Served'), of((home) => home.state === 'served')],
    [say('待提', 'Waiting'), of((home) => home.state === 'waiting')],
    late && [say('逾期', 'Overdue'), late], short && [say('缺货', 'Short'), short],
  ].filter(Boolean);
  parts.figures.replaceChildren(...figures.map(([name, count, unit]) => el('span', {}, `${name} `, el('b', {}, String(count)), unit ? ` ${unit}` : '')));
  drawPoints(points);
  drawNotices();
  drawTabs(homesHere);
};

const drawPoints = (points) => {
  parts.points.hidden = points.length < 2;
  const all = [[-1, say('全部', 'All')], ...points.map((point, at) => [at, point.name])];
  parts.points.replaceChildren(...(points.length < 2 ? [] : all.map(([at, name]) => button(name, () => {
    ui.point = at;
    draw();
  }, { class: 'chip', 'aria-pressed': String(ui.point === at) }))));
};

const drawNotices = () => {
  const notices = [];
  if (model.offlineSince && model.seenAt) {
    notices.push(el('p', { class: 'older' }, say(`名单截至 ${minute(model.seenAt)}，照常核销，连上后自动上传`, `List as of ${minute(model.seenAt)}. Go on; it is sent when the connection is back`)));
  }
  if (!keep.lasts) {
    notices.push(el('p', { class: 'older' }, say('此浏览器存不下记录，上传完之前请勿关闭本页', 'This browser keeps nothing: leave the page open until all is sent')));
  }
  if (!('serviceWorker' in navigator) && !ui.isHintRead) {
    notices.push(el('p', { class: 'older' }, say('请点右上角“在浏览器打开”并添加到主屏幕，断网也能用 ', 'Open it in your browser and add it to the home screen: it then works offline '),
      button(say('知道了', 'Got it'), () => {
        ui.isHintRead = true;
        putKept('state', [['hint', true]]);
        draw();
      }, { class: 'act small' })));
  }
  parts.notice.replaceChildren(...notices, ...arrivalNotices());
};

// Goods that are to be counted still, and those of which it is to be said who goes without.
const arrivalNotices = () => model.arrivals.filter((one) => ui.point < 0 || one.point === ui.point).flatMap((arrival) => {
  const notices = [];
  const { receipt, report_by: until, eta } = arrival;
  const due = !receipt && eta && Date.parse(eta) > Date.now() - 3600000 ? say(`预计 ${minute(eta)} 到`, `Expected at ${minute(eta)}`) : '';
  const act = (words, name, ...given) => button(words, () => withLater(name, arrival, ...given), { class: 'act small', 'data-act': name });
  if (!receipt && until && Date.parse(until) > Date.now()) {
    notices.push(el('p', { class: 'older ask' }, el('span', {}, due && `${due} · `, say(`货还没点收，请在 ${minute(until)} 前报差异`, `Count the goods: report differences until ${minute(until)}`)), act(say('点收', 'Count'), 'receive')));
  } else if (due) {
    notices.push(el('p', { class: 'older' }, due));
  }
  unchosen(arrival).forEach(({ goods, missing, chosen }) => notices.push(el('p', { class: 'older ask' },
    el('span', {}, say(`${goods.sku_name} 少 ${missing - chosen} ${goods.unit}，请选不发的住户`, `${goods.sku_name}: ${missing - chosen} missing, choose who goes without`)), act(say('选', 'Choose'), 'goWithout', goods.sku_code))));
  return notices;
});

const TABS = {
  waiting: [() => say('待提', 'Waiting'), (home) => home.state === 'waiting'],
  served: [() => say('已提', 'Served'), (home) => home.state === 'served'],
  short: [() => say('有缺货', 'Short'), (home) => home.short > 0],
  late: [() => say('逾期', 'Overdue'), (home) => home.isOverdue],
};
const drawTabs = (homesHere) => {
  const rows = Object.entries(TABS).map(([key, [name, test]]) => [key, name(), homesHere.filter(test).length]);
  const shown = rows.filter(([key, , count]) => key !== 'late' || count || ui.tab === 'late');
  parts.tabs.replaceChildren(...shown.map(([key, name, count]) => el('button', {
    type: 'button', role: 'tab', 'aria-selected': String(ui.tab === key && !ui.query), 'data-tab': key,
    onclick: () => {
      ui.tab = key;
      ui.shown = 300;
      setQuery('');
    },
  }, `${name} `, el('b', {}, String(count)))));
};

const troubleRow = (act, whom, why) => el('li', { class: 'trouble' }, el('b', {}, whom), el('span', {}, why), button(say('知道了', 'Got it'), async () => {
  await drop([act]);
  figure();
  draw();
  if (troubles().length) showTroubles();
  else closeSheet();
}));

// What the server did not take as it was told: each with its reason, until somebody has read it.
const showTroubles = () => {
  const rows = troubles().map((act) => {
    const home = model.byOrder.get(act.orderNo);
    const whom = home ? `${doorName(home.face)} ${home.face.resident}` : act.orderNo;
    const { trouble } = act;
    if (act.what) return troubleRow(act, act.what, say(`没有记入：${trouble.zh || ''}`, `Not counted: ${trouble.en || ''}`));
    const why = trouble.status === 'conflict'
      ? say(`重复核销：${conflictWords(trouble)}，本机 ${minute(new Date(act.at))} 这次没有记入`, `Twice: ${conflictWords(trouble)}; yours of ${minute(new Date(act.at))} was not counted`)
      : say(`没有记入：${trouble.zh || ''}`, `Not counted: ${trouble.en || ''}`);
    return troubleRow(act, whom, why);
  });
  openSheet(say('与服务器有出入', 'What differs from the server'), el('ul', { class: 'plain-list' }, rows));
};
