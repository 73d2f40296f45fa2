// Printing, and the copies that are out. A print is noted once the page to be printed is open.
const copiesBody = (from, act, copies) => ({
  event_id: eventName(), act, copies, sheets: [{ kind: from.dataset.kind, key: from.dataset.key, version: Number(from.dataset.version) }],
});
const noteCopies = (cycle, body) => ask('POST', `/api/v1/cycles/${encodeURIComponent(cycle)}/copies`, body);

// How many copies, as a number in a small dialog.
const howMany = (words, count) => new Promise((done) => {
  const field = el('input', { class: 'field count', inputmode: 'numeric', value: String(count), 'aria-label': say('份数', 'Copies') });
  const dialog = el('dialog', { class: 'sheet-dialog asked', 'aria-label': words });
  const form = el('form', { method: 'dialog' }, el('p', { class: 'question' }, words), el('label', {}, say('份数', 'Copies'), field),
    el('div', { class: 'row-acts' }, button(say('取消', 'Cancel'), () => dialog.close('no')), el('button', { class: 'act main', value: 'yes' }, say('记下', 'Note it'))));
  dialog.append(form);
  dialog.addEventListener('close', () => {
    dialog.remove();
    const number = Number(field.value);
    done(dialog.returnValue === 'yes' && Number.isInteger(number) && number >= 1 && number <= 999 ? number : null);
  });
  document.body.append(dialog);
  dialog.showModal();
  field.select();
});

const openToPrint = (link) => {
  const page = window.open(link.href, '_blank');
  // The page has no script of its own; the one that opened it asks for the printer.
  if (page) page.addEventListener('load', () => page.print());
};

const setUpPrinting = () => {
  document.addEventListener('click', async (event) => {
    const link = event.target.closest('[data-print]');
    const copies = event.target.closest('[data-copies]');
    if (link) {
      event.preventDefault();
      const { older } = link.dataset;
      if (older && !(await confirmed(say(`v${older} 已经打印过，这是新版本。旧单请收回，或只打印改单通知。打印新版本？`, `v${older} was printed before; this is a newer version. Take the old one back, or print only the notice of changes. Print the new one?`), say('打印新版本', 'Print the new one')))) return;
      openToPrint(link);
      const pack = link.closest('.pack');
      const row = link.closest('tr');
      try {
        if (pack) await noteCopies(pack.dataset.cycle, { event_id: eventName(), act: 'printed', copies: 1, tonight: Number(pack.dataset.version) });
        else await noteCopies(row.dataset.cycle, copiesBody(row, 'printed', 1));
        reload(say('已记为打印', 'Noted as printed'));
      } catch (error) {
        tell(error.message);
      }
    } else if (copies) {
      const from = copies.dataset.kind ? copies : copies.closest('[data-kind]');
      const act = copies.dataset.copies;
      const count = await howMany(act === 'issued' ? say('发出几份？', 'How many are handed out?') : say('收回几份？', 'How many came back?'), copies.dataset.count || 1);
      if (!count) return;
      try {
        await noteCopies(from.dataset.cycle, copiesBody(from, act, count));
        reload(act === 'issued' ? say(`已记发出 ${count} 份`, `${count} handed out`) : say(`已记收回 ${count} 份`, `${count} back`));
      } catch (error) {
        tell(error.message);
      }
    }
  });
};
