// A word at the foot, with an act such as an undo where there is one.
let toastTimer = 0;
const tell = (words, act, actWords) => {
  const toast = byId('toast');
  if (!toast) return;
  clearTimeout(toastTimer);
  const close = () => { toast.hidden = true; toast.replaceChildren(); };
  toast.replaceChildren(el('p', {}, el('span', {}, words), act && button(actWords, () => { close(); act(); })));
  toast.hidden = false;
  toastTimer = setTimeout(close, 6000);
};

// What went wrong stays until something goes right.
const fault = (words) => {
  const place = byId('fault');
  place.textContent = words || '';
  place.hidden = !words;
  if (words) place.scrollIntoView({ block: 'nearest' });
};

// A question, its consequence in figures, and the act.
const ask = (title, lines, actWords, act, content = []) => {
  const dialog = byId('ask');
  const go = button(actWords, async () => {
    go.disabled = true;
    const is_done = await act();
    go.disabled = false;
    if (is_done !== false) dialog.close();
  }, { class: 'act main', 'data-act': 'go' });
  dialog.replaceChildren(
    el('h2', { id: 'ask-title' }, title),
    ...lines.filter(Boolean).map((line) => el('p', {}, line)),
    ...content,
    el('p', { class: 'foot-row' }, button(say('先不', 'Not now'), () => dialog.close()), actWords && go),
  );
  dialog.showModal();
};

const csrf = () => (document.querySelector('meta[name=csrf]') || { content: '' }).content;

// Whether what is shown as wrong came of asking: then the next answer takes it away, and nothing else that is shown.
let askingFailed = false;
// The code of what was refused last.
let refusal = '';

// Asks the server; an object, or null once the fault is shown.
const send = async (method, address, body) => {
  try {
    const headers = { 'X-CSRF-Token': csrf() };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const answer = await fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const object = await answer.json();
    refusal = answer.ok ? '' : object.code || '';
    if (answer.ok) {
      if (askingFailed) fault('');
      askingFailed = false;
      return object;
    }
    askingFailed = true;
    const details = (object.errors || []).slice(0, 3).map((one) => (IS_ZH ? one.zh : one.en) || '').filter(Boolean).join('；');
    fault(`${IS_ZH ? object.detail : object.title}${details ? `：${details}` : ''} · ${say('没有保存，填的都还在', 'nothing was saved, your input is kept')}`);
  } catch {
    refusal = '';
    askingFailed = true;
    fault(say('连不上服务器，没有保存；填的都还在，连上后再试', 'The server cannot be reached. Nothing was saved, your input is kept'));
  }
  return null;
};
