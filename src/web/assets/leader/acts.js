// What a leader does: hand out, take back, note money. Each acts at once on the phone and goes to the server behind it.
const UNDO_MS = 6000;

// Everything that is left for a household, as picks: order number → [{sku, qty}].
const allOf = (home) => home.orders.filter((order) => order.left).map((order) => ({
  orderNo: order.order_no, home: home.id,
  lines: order.lines.filter((one) => one.left).map((one) => ({ sku: one.goods.sku_code, qty: one.left })),
}));

// Hands out. Several households wait for the time of the undo before they are sent, so that it costs nothing.
const handOut = (picks, method, proxy) => {
  const homeIds = new Set(picks.map((pick) => pick.home));
  const isBulk = homeIds.size > 1;
  const at = Date.now();
  const source = isBulk ? 'bulk' : model.offlineSince ? 'offline' : 'single';
  const acts = picks.map(({ orderNo, lines }) => ({
    id: newId(), kind: 'pickup', orderNo, lines, method, source, by: model.day.user.name, at, notBefore: isBulk ? at + UNDO_MS : 0, proxy,
  }));
  const count = acts.reduce((sum, act) => sum + act.lines.reduce((part, one) => part + one.qty, 0), 0);
  const whom = isBulk ? homes(homeIds.size) : doorName(model.byId.get([...homeIds][0]).face);
  const done = say(`已核销 ${count} 件 · ${minute(new Date(at))}`, `Handed out ${pieces(count)} · ${minute(new Date(at))}`);
  // What was told of the goods goes first: it may be what there is to hand out.
  unsent().filter((act) => act.kind === 'receipt' || act.kind === 'losses').forEach((act) => { act.notBefore = 0; });
  enqueue(acts);
  offerUndo(`${done} · ${whom}`, () => takeBack(acts));
};

// Undoes within seconds: what was not sent is forgotten, a pickup that was is reversed. What was told of goods cannot be.
const takeBack = async (acts) => {
  const isOnItsWay = (act) => line.isBusy && !act.doneAt && !(act.notBefore > Date.now());
  const told = acts.find((act) => act.path && (act.doneAt || isOnItsWay(act)));
  if (told) {
    tell(told.kind === 'case' ? say('已经上传，撤不了', 'It was sent already and stands') : say('已经上传，撤不了；请更正一次', 'It was sent already: correct it instead'));
    return;
  }
  acts.filter(isOnItsWay).forEach((act) => { act.isTakenBack = true; });
  const rest = acts.filter((act) => !isOnItsWay(act));
  const reversals = rest.filter((act) => act.doneAt && !act.trouble).map(reversalOf);
  await drop(rest);
  await enqueue(reversals);
};
const reversalOf = (act) => ({
  id: `reverse-${act.id}`, kind: 'reverse', eventId: act.id, orderNo: act.orderNo, lines: act.lines, reason: say('撤销', 'undone'), at: Date.now(),
});
// What was taken back while it was on its way.
const undoSent = async (acts) => {
  const gone = acts.filter((act) => act.isTakenBack && act.doneAt && !act.trouble);
  if (!gone.length) return;
  await drop(gone);
  const reversals = gone.map(reversalOf);
  reversals.forEach((act) => model.acts.set(act.id, act));
  await keepActs(reversals);
};

// Takes back a pickup that the server knows, for a reason. It needs a connection, for the phone does not know what it held.
const reverseKnown = async (eventId, reason) => {
  try {
    const answer = await change(`/api/v1/pickups/${eventId}/reverse`, { reason });
    if (answer.status !== 200) return say(answer.body.detail, answer.body.title);
    await readDay();
    return '';
  } catch (error) {
    if (error instanceof SignedOut) await signedOut();
    return say('没有网络，没有撤回；连上后再试', 'No connection, nothing was taken back; try again later');
  }
};

// Tells something else of goods: under a key of its own, after the time of the undo, so that an undo costs nothing. The
// words that offer it stand a little longer than that time.
const tellServer = (kind, path, body, shown, what) => {
  const at = Date.now();
  const act = { id: newId(), kind, path, body, shown, what, orderNo: body.order_no || '', lines: [], at, notBefore: at + UNDO_MS + 1000 };
  enqueue([act]);
  return act;
};

const notePaid = (orders) => enqueue(orders.map((order) => ({
  id: `paid-${order.order_no}`, kind: 'paid', orderNo: order.order_no, lines: [], at: Date.now(),
})));

// A code that only the server can read: the order it names is handed out whole, and the day tells whose it was.
const byCode = async (code) => {
  const event = {
    event_id: newId(), device_time: new Date().toISOString(), code, method: 'code', source: 'single', by: model.day.user.name,
  };
  if (model.day.points.length > 1) event.point = model.day.points[pointShown()].point_code;
  try {
    const answer = await change('/api/v1/pickups', { events: [event] });
    if (answer.status !== 200) return { words: say(answer.body.detail, answer.body.title) };
    const [result] = answer.body.results;
    if (result.status !== 'confirmed') return { words: result.zh ? say(result.zh, result.en) : conflictWords(result) };
    await readDay();
    const home = model.homes.find((one) => one.orders.some((order) => order.pickups.some((pickup) => pickup.event_id === event.event_id)));
    return { home, undo: () => enqueue([reversalOf({ id: event.event_id, orderNo: '', lines: [] })]) };
  } catch (error) {
    if (error instanceof SignedOut) await signedOut();
    if (!model.offlineSince) model.offlineSince = new Date();
    return { words: say('离线时请用房号或尾号', 'Offline: use the room or the phone tail') };
  }
};

const conflictWords = (result) => (result.by
  ? say(`${minute(result.at)} 已由 ${result.by} 核销`, `handed out at ${minute(result.at)} by ${result.by}`)
  : say('已经核销过', 'handed out before'));
