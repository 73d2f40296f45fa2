// The way to the server: acts wait here until it has them, in the order they were done, once each however often they
// are sent. It also brings the day up to date.
const line = { isBusy: false, isFetching: false, sent: 0, of: 0, csrf: '', timer: 0, fails: 0, again: false, hasRead: false };
const DAY = PAGE.day;
const BATCH_MAX = 80;
const DAY_EVERY_MS = 30000;
const ANSWER_MS = 15000;
const PHOTO_MS = 60000;
// The server's word that it will not have an act as it is; and how long one waits on which the server itself broke.
const NO = [400, 403, 404, 409, 410, 413, 422];
const BROKE_MS = 30000;

class Unreachable extends Error {}
class SignedOut extends Error {}

const send = async (method, path, body, headers = {}) => {
  const stop = new AbortController();
  const isPhoto = body instanceof Uint8Array;
  const timer = setTimeout(() => stop.abort(), isPhoto ? PHOTO_MS : ANSWER_MS);
  let answer;
  try {
    const sent = body === undefined ? headers : { 'Content-Type': 'application/json', ...headers };
    answer = await fetch(path, { method, headers: sent, body: isPhoto ? body : body && JSON.stringify(body), signal: stop.signal });
    const text = answer.status === 304 ? '' : await answer.text();
    return reached({ status: answer.status, mark: answer.headers.get('ETag'), retry: answer.headers.get('Retry-After'), body: text && JSON.parse(text) });
  } catch (error) {
    if (error instanceof SignedOut) throw error;
    throw new Unreachable(error.message);
  } finally {
    clearTimeout(timer);
  }
};
const reached = (answer) => {
  if (answer.status === 401) throw new SignedOut();
  model.seenAt = new Date();
  model.offlineSince = null;
  return answer;
};

// A change with the proof that a page of ours asks for it. The session may be a newer one than the proof.
const change = async (path, body, headers = {}) => {
  for (let turn = 0; ; turn += 1) {
    if (!line.csrf) line.csrf = (await send('GET', '/api/v1/session')).body.csrf_token;
    const answer = await send('POST', path, body, { 'X-CSRF-Token': line.csrf, ...headers });
    if (answer.status !== 403 || turn) return answer;
    line.csrf = '';
  }
};

// Acts of whoever signed in here before wait for them.
const isOwn = (act) => !act.user || !model.day || act.user === model.day.user.id;
const unsent = () => [...model.acts.values()].filter((act) => !act.doneAt && !act.trouble && isOwn(act));
const troubles = () => [...model.acts.values()].filter((act) => act.trouble);

const keepActs = (acts) => putKept('queue', acts.map((act) => [act.id, model.acts.has(act.id) ? act : undefined]));

// Adds acts and sets off. They are kept before anything is sent.
const enqueue = async (acts) => {
  acts.forEach((act) => {
    act.user = model.day.user.id;
    model.acts.set(act.id, act);
  });
  figure();
  draw();
  await keepActs(acts);
  sync();
};
const drop = (acts) => {
  acts.forEach((act) => model.acts.delete(act.id));
  return keepActs(acts);
};

const settle = (act, result) => {
  const isDone = result.status === 'confirmed' || result.status === 'already';
  act.doneAt = Date.now();
  if (!isDone) act.trouble = result;
};

const eventOf = (act) => ({
  event_id: act.id, device_time: new Date(act.at).toISOString(), order_no: act.orderNo, lines: act.lines,
  method: act.method, source: act.source, by: act.by, proxy: act.proxy,
});

const sendPickups = async (acts) => {
  const answer = await change('/api/v1/pickups', { events: acts.map(eventOf) });
  if (answer.status === 200) {
    answer.body.results.forEach((result) => {
      const act = acts.find((one) => one.id === result.event_id);
      if (act) settle(act, result);
    });
  } else if (acts.length > 1 && [400, 413, 422, 500].includes(answer.status)) {
    // One of them is not as it should be: each for itself, so that it keeps no other back.
    for (const act of acts) await sendPickups([act]);
  } else {
    acts.forEach((act) => notTaken(act, answer));
  }
};

// What the server did not take is shown; an act on which it broke waits, so that it keeps no other back for ever. A server
// that is full or away is asked again for all.
const notTaken = (act, { status, body }) => {
  if (NO.includes(status)) settle(act, { status: 'refused', zh: body.detail, en: body.title });
  else if (status === 500) act.notBefore = Date.now() + BROKE_MS;
  else throw new Unreachable(String(status));
};

const sendOther = async (act) => {
  let [path, body, headers] = [`/api/v1/orders/${encodeURIComponent(act.orderNo)}/payment`, undefined, {}];
  if (act.kind === 'reverse') [path, body] = [`/api/v1/pickups/${act.eventId}/reverse`, { reason: act.reason }];
  if (act.path) [path, body, headers] = [act.path, act.body, { 'Idempotency-Key': act.id }];
  if (act.photo) {
    body = Uint8Array.from(atob(act.photo), (char) => char.charCodeAt(0));
    headers['Content-Type'] = 'image/jpeg';
  }
  const answer = await change(path, body, headers);
  if (answer.status === 200) settle(act, { status: 'confirmed' });
  else notTaken(act, answer);
};

// Sends what is due, then reads the day again.
const sync = async () => {
  if (line.isBusy) {
    line.again = true;
    return;
  }
  line.isBusy = true;
  clearTimeout(line.timer);
  try {
    do {
      line.again = false;
      await sendDue();
    } while (line.again);
    await readDay();
    line.fails = 0;
  } catch (error) {
    if (error instanceof SignedOut) {
      await signedOut();
      return;
    }
    if (!(error instanceof Unreachable)) throw error;
    if (!model.offlineSince) model.offlineSince = new Date();
    line.fails += 1;
  } finally {
    line.isBusy = false;
    line.of = 0;
    draw();
    schedule();
  }
};

// What may be sent by now. Acts of one order go in the order they were done, so one that waits holds back those behind it;
// a photo goes behind what it shows.
const dueActs = () => {
  const held = new Set();
  const isOpen = (act) => act && !act.doneAt && !act.trouble;
  return unsent().filter((act) => {
    const waits = act.notBefore > Date.now() || held.has(act.orderNo) || isOpen(model.acts.get(act.of));
    if (waits && act.orderNo) held.add(act.orderNo);
    return !waits;
  });
};

// Pickups go together, but never before what was done before them: it may be what makes room for them.
const sendDue = async () => {
  for (;;) {
    const due = dueActs();
    if (!due.length) return;
    if (!line.of) Object.assign(line, { sent: 0, of: due.length });
    const end = due.findIndex((act) => act.kind !== 'pickup');
    const now = end === 0 ? [due[0]] : due.slice(0, end < 0 ? BATCH_MAX : Math.min(end, BATCH_MAX));
    draw();
    if (end === 0) await sendOther(due[0]);
    else await sendPickups(now);
    line.sent += now.length;
    await keepActs(now);
    await undoSent(now);
    figure();
  }
};

const schedule = () => {
  clearTimeout(line.timer);
  const waits = unsent().map((act) => act.notBefore - Date.now()).filter((wait) => wait > 0);
  if (dueActs().length) waits.push(0);
  const retry = line.fails ? Math.min(15000, 1000 * 2 ** line.fails) : DAY_EVERY_MS;
  const next = waits.length && !line.fails ? Math.min(retry, Math.min(...waits) + 20) : retry;
  line.timer = setTimeout(() => (document.hidden && !waits.length ? schedule() : sync()), next);
};

const readDay = async () => {
  const begun = Date.now();
  // What the page asked for ahead of this script is on its way already; a question of another kind would be a second one.
  const isAhead = !line.hasRead && performance.getEntriesByName(location.origin + DAY).length > 0;
  line.hasRead = true;
  const answer = await send('GET', DAY, undefined, model.mark && !isAhead ? { 'If-None-Match': model.mark } : {});
  if (answer.status === 200) {
    model.mark = answer.mark || '';
    takeDay(answer.body);
    await putKept('state', [['day', { day: answer.body, mark: model.mark, seenAt: model.seenAt }]]);
  } else if (answer.status === 403) {
    throw new SignedOut();
  } else if (answer.status !== 304) {
    throw new Unreachable(String(answer.status));
  }
  // The answer holds what was done before it was asked for.
  const told = [...model.acts.values()].filter((act) => act.doneAt && !act.trouble && act.doneAt < begun);
  if (told.length) await drop(told);
  figure();
};

// The session is over, or was taken away: what names residents leaves the phone.
const signedOut = async () => {
  clearTimeout(line.timer);
  await forgetDay();
  location.replace(`/login?next=${encodeURIComponent(location.pathname + location.search)}${IS_ZH ? '' : '&lang=en'}`);
};
