// What is needed now and then: texts to copy, paper, the account.
const chatTexts = () => {
  const { day } = model;
  const here = inPoint();
  const point = (ui.point < 0 && day.points.length > 1 ? day.points.map((one) => one.name).join('、') : (day.points[pointShown()] || { name: '' }).name);
  const date = day.cycles.length ? day.cycles[0].pickup_date.slice(5) : '';
  const waiting = here.filter((home) => home.state === 'waiting');
  const door = (home) => [home.face.chain_no ? `${home.face.chain_no}号` : '', home.face.nickname || home.face.resident].filter(Boolean).join(' ');
  const [short, lost] = [new Map(), new Map()];
  const add = (sums, name, count) => count && sums.set(name, (sums.get(name) || 0) + count);
  here.forEach((home) => home.orders.filter((order) => order.cycle === 0).forEach((order) => order.lines.filter((one) => one.short).forEach((one) => {
    add(short, one.goods.sku_name, one.short - one.lost);
    add(lost, one.goods.sku_name, one.lost);
  })));
  // Money goes back by itself for what was not given, not yet for what was lost on the way.
  const shortWords = [...short].map(([name, count]) => `${name} 缺 ${count}`).join('，');
  const lostWords = [...lost].map(([name, count]) => `${name} 少 ${count}`).join('，');
  return [
    [say('复制到货通知', 'Copy the arrival notice'), `【到货通知】${date} 的货已到 ${point}，请尽快来提。${shortWords ? `缺货：${shortWords}，款项会退。` : ''}${lostWords ? `少货：${lostWords}。` : ''}报房号、手机尾号或跟团号都可以提货。${waiting.length ? `\n待提 ${waiting.length} 户：${waiting.map(door).join('、')}` : ''}`],
    [say('复制催提名单', 'Copy the reminder'), `【还没提货】${point} 还有 ${waiting.length} 户：\n${waiting.map(door).join('、')}\n请尽快来提，生鲜不能久放。`],
  ];
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    closeSheet();
    tell(say('已复制，去群里粘贴', 'Copied; paste it into the chat'));
  } catch {
    const area = el('textarea', { readonly: true, rows: '8', 'aria-label': say('文案', 'Text') }, text);
    openSheet(say('长按全选后复制', 'Select all, then copy'), area);
    area.focus();
    area.select();
  }
};

const signOut = async () => {
  const waiting = unsent().length;
  if (waiting) {
    tell(say(`还有 ${waiting} 笔没有上传，连上网传完再退出`, `${waiting} still to be sent: sign out when they are`));
    closeSheet();
    return;
  }
  try {
    const answer = await change('/logout');
    if (answer.status >= 400) throw new Unreachable();
  } catch (error) {
    if (!(error instanceof SignedOut) && !(error instanceof Unreachable)) throw error;
    if (error instanceof Unreachable && model.offlineSince) {
      tell(say('没有网络，退不了；数据还在本机', 'No connection: not signed out'));
      return;
    }
  }
  await signedOut();
};

const showMore = () => {
  const { day } = model;
  const copies = chatTexts().map(([words, text]) => button(words, () => copy(text)));
  // One for each cycle at each point; which cycle is said where there are several.
  const lists = (day.arrivals || []).map((one) => {
    const [cycle, point] = [day.cycles[one.cycle], day.points[one.point]];
    const which = [day.cycles.length > 1 && cycle.pickup_date.slice(5), point.name].filter(Boolean).join(' · ');
    return el('a', {
      class: 'act', target: '_blank', rel: 'noopener',
      href: `/api/v1/cycles/${encodeURIComponent(cycle.cycle_code)}/sheets/pickup_list?key=${encodeURIComponent(point.point_code)}&format=html`,
    }, say(`打印提货清单 · ${which}`, `Print the list · ${which}`));
  });
  const orders = day.user.may_mark_paid && button(say('今日订单 · 代下单', 'Orders · order for a neighbour'), openShop, { 'data-act': 'shop' });
  const thread = day.user.may_mark_paid && button(say('粘贴接龙', 'Paste a thread'), () => withLater('jielong'), { 'data-act': 'jielong' });
  openSheet(say('更多', 'More'), el('div', { class: 'foot-rows' }, orders, thread, copies, lists,
    day.user.may_mark_paid && button(say('帮手', 'Helpers'), showHelpers, { 'data-act': 'helpers' }),
    day.user.may_mark_paid && button(say('请假', 'Leave'), () => withLater('leave'), { 'data-act': 'leave' }),
    el('a', { class: 'act', href: IS_ZH ? '/account' : '/account?lang=en' }, say(`我的账号 · ${day.user.name}`, `My account · ${day.user.name}`)),
    el('a', { class: 'act', href: root.dataset.other, lang: say('en', 'zh-CN') }, say('English', '中文')),
    button(say('退出登录', 'Sign out'), signOut)));
};
