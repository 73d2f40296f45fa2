// The screen lock: the page is covered, the session answers nothing, and what was typed stays beneath.
const LOCK_AFTER_MS = 60 * 60 * 1000;
let unlocking = null;

const unlockScreen = () => {
  if (unlocking) return unlocking;
  unlocking = new Promise((done) => {
    const field = el('input', { class: 'field', type: 'password', autocomplete: 'current-password', 'aria-label': say('解锁码或密码', 'Your number or password'), required: true });
    const wrong = el('p', { class: 'wrong', role: 'alert', hidden: true });
    const form = el('form', {}, el('h2', {}, say('屏幕已锁', 'Screen locked')),
      el('p', { class: 'note' }, `${($('.bar .who') || { textContent: '' }).textContent} ${say('还在登录，没保存的内容还在。', 'is still signed in; nothing that was typed is lost.')}`),
      el('label', {}, say('解锁码或密码', 'Your number or password'), field), wrong,
      el('button', { class: 'act main', type: 'submit' }, say('解锁', 'Unlock')));
    const cover = el('dialog', { class: 'cover', 'aria-label': say('屏幕已锁', 'Screen locked') }, form);
    cover.addEventListener('cancel', (event) => event.preventDefault());
    // A browser closes a dialog at the second Esc whatever the page says.
    cover.addEventListener('close', () => { if (unlocking) cover.showModal(); });
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      try {
        await ask('POST', '/api/v1/session/unlock', { secret: field.value });
        unlocking = null;
        cover.close();
        cover.remove();
        document.body.classList.remove('is-locked');
        done();
      } catch (error) {
        wrong.textContent = error.message;
        wrong.hidden = false;
        field.select();
      }
    });
    document.body.append(cover);
    document.body.classList.add('is-locked');
    cover.showModal();
    field.focus();
  });
  return unlocking;
};

const lockScreen = async () => {
  const opened = unlockScreen();
  try {
    await ask('POST', '/api/v1/session/lock');
  } catch (error) {
    tell(error.message);
  }
  return opened;
};

let lastSign = Date.now();
['pointerdown', 'keydown'].forEach((name) => addEventListener(name, () => { lastSign = Date.now(); }, { passive: true }));
setInterval(() => {
  if (!unlocking && Date.now() - lastSign > LOCK_AFTER_MS) lockScreen();
}, 30000);
