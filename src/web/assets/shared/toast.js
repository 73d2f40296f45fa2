// A word at the foot, with an undo for six seconds where there is one.
const offerUndo = (words, undo) => {
  if (ui.toast) clearInterval(ui.toast.timer);
  const toast = { words, undo, until: Date.now() + UNDO_MS };
  toast.timer = setInterval(() => {
    if (Date.now() >= toast.until) {
      clearInterval(toast.timer);
      if (ui.toast === toast) ui.toast = null;
    }
    drawToast();
  }, 500);
  ui.toast = toast;
  drawToast();
};
const tell = (words) => offerUndo(words, null);

const drawToast = () => {
  const { toast } = ui;
  parts.toast.hidden = !toast;
  if (!toast) {
    parts.toast.replaceChildren();
    return;
  }
  const left = Math.max(1, Math.ceil((toast.until - Date.now()) / 1000));
  const known = parts.toast.firstChild;
  if (known && known.toast === toast) {
    if (toast.undo) known.querySelector('.left').textContent = left;
    return;
  }
  const undo = toast.undo && button([say('撤销', 'Undo'), el('small', { class: 'left' }, String(left))], () => {
    clearInterval(toast.timer);
    ui.toast = null;
    drawToast();
    toast.undo();
  }, { class: 'act undo', 'aria-label': say('撤销', 'Undo') });
  const row = el('p', {}, el('span', {}, toast.words), undo);
  row.toast = toast;
  parts.toast.replaceChildren(row);
};

// A sheet from below with a title and acts; the rest waits.
const openSheet = (title, ...content) => {
  const shut = button(say('关闭', 'Close'), closeSheet, { class: 'act shut' });
  parts.sheet.replaceChildren(el('div', { class: 'drawer', role: 'dialog', 'aria-modal': 'true', 'aria-label': title },
    el('div', { class: 'drawer-head' }, el('h2', {}, title), shut), ...content));
  parts.sheet.hidden = false;
  shut.focus();
};
const closeSheet = () => {
  parts.sheet.hidden = true;
  parts.sheet.replaceChildren();
};
