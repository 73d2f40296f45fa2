const ACTS = {
  cutoff: askCutoff, procure, send: askToSend, 'send-one': askToSendOne, 'copy-text': () => copy(orderText(), say('已复制，去群里粘贴', 'Copied; paste it into the chat')),
  picture: sendPicture, link: showLink, renew: () => renew(document.querySelector('.order').dataset.po)(), second, try: toggleTrial,
};
const main = byId('buyer');
main.addEventListener('click', (event) => {
  const act = event.target.closest('[data-act]');
  if (act && ACTS[act.dataset.act] && !event.target.closest('dialog, #pending, .of-trial')) ACTS[act.dataset.act](act);
  const by = event.target.closest('[data-step]');
  if (by) step(by.closest('tr.line'), Number(by.dataset.step));
  const link = event.target.closest('a.supplier-row');
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openSupplier(link);
  }
  if (event.target.closest('.back')) {
    event.preventDefault();
    board().classList.remove('opened');
  }
});
main.addEventListener('input', (event) => {
  if (event.target.id === 'find') filterSuppliers();
  if (event.target.matches('tr.line input.count')) setCases(event.target.closest('tr.line'), event.target.value);
});
byId('plots') && byId('plots').addEventListener('toggle', () => { if (byId('plots').open) loadPlots(byId('plots')); });
if (byId('live')) watch(byId('live'));
// A cycle that was just cut off is worked out by the server in a moment; where it is not, the button stays.
const RELOADS_MAX = 6;
if (!board() && document.querySelector('[data-act=procure]')) {
  const key = `tuan-buyer-reloads/${document.querySelector('.title .code').textContent}`;
  try {
    const reloads = Number(sessionStorage.getItem(key)) || 0;
    if (reloads < RELOADS_MAX) {
      sessionStorage.setItem(key, reloads + 1);
      setTimeout(() => location.reload(), 5000);
    }
  } catch {
    // A browser that keeps nothing is not to reload for ever.
  }
}
if (board()) {
  recall();
  document.addEventListener('keydown', onKey);
  if (new URLSearchParams(location.search).has('supplier')) board().classList.add('opened');
  window.addEventListener('popstate', () => show());
  // What suppliers read and answer meanwhile appears by itself, while nobody types.
  setInterval(() => { if (!document.hidden && !hasChanges() && !state.isTrying && !(byId('ask') && byId('ask').open)) show(undefined, false, true); }, 20000);
  dress();
  work();
}
