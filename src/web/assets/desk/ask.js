// Asks the server, and asks people before what cannot be undone.
class Refused extends Error {
  constructor(problem, status) {
    super(say(problem.detail || problem.title || '', problem.title || ''));
    this.problem = problem;
    this.status = status;
  }
}
const csrf = () => ($('meta[name=csrf]') || { content: '' }).content;

// Who signed in anew in another window goes on here: the page takes over what proves the new session, if it is theirs.
const takeNewSession = async () => {
  try {
    const answer = await fetch('/api/v1/session', { credentials: 'same-origin' });
    const session = answer.ok ? await answer.json() : {};
    if (!session.csrf_token || session.csrf_token === csrf() || session.name !== ($('.bar .who') || { textContent: '' }).textContent.trim()) return false;
    $('meta[name=csrf]').content = session.csrf_token;
    return true;
  } catch (error) {
    return false;
  }
};

// One request. A locked screen is unlocked first, then it is asked again; what was typed stays where it is.
const ask = async (method, path, body, headers = {}, isAgain = false) => {
  const isText = body === undefined || body instanceof Blob || typeof body === 'string';
  const sent = { 'X-CSRF-Token': csrf(), ...(isText ? {} : { 'Content-Type': 'application/json' }), ...headers };
  let answer;
  try {
    answer = await fetch(path, { method, headers: sent, body: isText ? body : JSON.stringify(body), credentials: 'same-origin' });
  } catch (error) {
    throw new Refused({ detail: '没有连上服务器，内容还在，请稍后再试', title: 'the server cannot be reached; nothing is lost, try again' }, 0);
  }
  const text = await answer.text();
  let read = {};
  try {
    read = text ? JSON.parse(text) : {};
  } catch (error) {
    read = { detail: text.slice(0, 200), title: text.slice(0, 200) };
  }
  if (answer.ok) return read;
  if (read.code === 'screen_locked') {
    await unlockScreen();
    return ask(method, path, body, headers, isAgain);
  }
  if (read.code === 'cross_site' && !isAgain && (await takeNewSession())) return ask(method, path, body, headers, true);
  if (answer.status === 401) {
    throw new Refused({ detail: '登录已结束，内容还在；请在新窗口登录后再试', title: 'signed out; nothing is lost, sign in in a new window and try again' }, 401);
  }
  throw new Refused(read, answer.status);
};

// Asks with the consequence in figures; resolves to whether it is to be done. A link may offer what can be done instead.
const confirmed = (words, yes = say('确认', 'Confirm'), instead = null) => new Promise((done) => {
  const dialog = el('dialog', { class: 'sheet-dialog asked', 'aria-label': words },
    el('p', { class: 'question' }, words),
    el('div', { class: 'row-acts' },
      button(say('取消', 'Cancel'), () => dialog.close('no'), { 'data-act': 'no' }),
      instead,
      button(yes, () => dialog.close('yes'), { class: 'act main', 'data-act': 'yes' })));
  dialog.addEventListener('close', () => {
    dialog.remove();
    done(dialog.returnValue === 'yes');
  });
  document.body.append(dialog);
  dialog.showModal();
  $('[data-act=no]', dialog).focus();
});

// All that is wrong with rows, in a table; the place takes the focus so that it is read out.
const drawFaults = (place, problem, title) => {
  const faults = problem.errors || [];
  place.hidden = faults.length === 0;
  if (faults.length === 0) {
    place.replaceChildren();
    return;
  }
  const head = [say('行', 'Row'), say('列', 'Column'), say('内容', 'Value'), say('哪里不对', 'What is wrong'), say('怎么改', 'What to do')];
  const row = (fault) => el('tr', {},
    el('td', { class: 'n' }, fault.row ? String(fault.row) : '–'), el('td', { class: 'code' }, fault.column || fault.field || ''),
    el('td', { class: 'value' }, fault.value || ''), el('td', {}, say(fault.cause || fault.zh || '', fault.cause_en || fault.en || '')),
    el('td', {}, say(fault.remedy || '', fault.remedy_en || '')));
  const more = problem.errors_left_out || 0;
  place.replaceChildren(
    el('h3', {}, title || say(`${faults.length + more} 处错误，什么都没有写入`, `${faults.length + more} faults, nothing was written`)),
    el('table', { class: 'list fault-list' }, el('thead', {}, el('tr', {}, head.map((words) => el('th', {}, words)))), el('tbody', {}, faults.slice(0, 300).map(row))),
    faults.length > 300 || more ? el('p', { class: 'note' }, say(`另有 ${Math.max(0, faults.length - 300) + more} 处未列出`, `${Math.max(0, faults.length - 300) + more} more are not listed`)) : '');
  if (title) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: false });
};

// Says why not, beside the form it belongs to.
const drawRefusal = (form, error) => {
  const place = $('.wrong', form);
  const problem = error.problem || {};
  const faults = $('.faults', form);
  if (faults) drawFaults(faults, problem);
  const single = problem.errors && !faults ? problem.errors.map((fault) => say(`${fault.column || fault.field || ''} ${fault.cause || fault.zh || ''}，${fault.remedy || ''}`, `${fault.column || fault.field || ''}: ${fault.cause_en || fault.en || ''}`)).join('；') : '';
  if (place) {
    place.textContent = single || error.message;
    place.hidden = false;
  } else tell(error.message);
};
