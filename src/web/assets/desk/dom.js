// Words and what is kept on this machine.
const isEnglish = document.documentElement.lang === 'en';
const say = (zh, en) => (isEnglish ? en : zh);
const $ = (css, from = document) => from.querySelector(css);
const $$ = (css, from = document) => [...from.querySelectorAll(css)];

// Names for acts that may be sent twice: time-ordered, so that they are cheap to look up.
const eventName = () => {
  const random = crypto.getRandomValues(new Uint8Array(10));
  return Date.now().toString(16).padStart(12, '0') + [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};

// What is typed survives a reload. Where nothing can be kept the page works all the same.
const keep = (name, value) => {
  try {
    if (value === null) localStorage.removeItem(`desk:${name}`);
    else localStorage.setItem(`desk:${name}`, JSON.stringify(value));
  } catch (error) { /* full, or forbidden */ }
};
const kept = (name) => {
  try {
    return JSON.parse(localStorage.getItem(`desk:${name}`));
  } catch (error) {
    return null;
  }
};

// A word at the foot for six seconds, with an undo where there is one; also across a reload.
const tell = (words, undo) => {
  $$('.toast.desk').forEach((one) => one.remove());
  const line = el('p', {}, el('span', {}, words));
  const toast = el('div', { class: 'toast desk', role: 'status' }, line);
  if (undo) line.append(button(say('撤销', 'Undo'), () => { toast.remove(); undo(); }));
  document.body.append(toast);
  setTimeout(() => toast.remove(), 6000);
};
const reload = (words) => {
  try {
    sessionStorage.setItem('desk:told', words);
    sessionStorage.setItem('desk:scroll', String(window.scrollY));
  } catch (error) { /* then it is not told */ }
  location.reload();
};
