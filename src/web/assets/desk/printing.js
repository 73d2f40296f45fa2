// Printing, and the copies that are out. A print is noted once the page to be printed is open.
const copiesBody = (from, act, copies) => ({
  act, copies, sheets: [{ kind: from.dataset.kind, key: from.dataset.key, version: Number(from.dataset.version) }],
});
// An act keeps its name until it is answered: sent again because an answer was lost, it counts once.
const unanswered = new Map();
const noteCopies = async (cycle, body) => {
  const act = JSON.stringify([cycle, body]);
  if (!unanswered.has(act)) unanswered.set(act, eventName());
  try {
    await ask('POST', `/api/v1/cycles/${encodeURIComponent(cycle)}/copies`, { event_id: unanswered.get(act), ...body });
    unanswered.delete(act);
  } catch (error) {
    if (error.status >= 400 && error.status < 500) unanswered.delete(act);
    throw error;
  }
};

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

// Whether the page to be printed is open. It has no script of its own; the one that opened it asks for the printer.
const openToPrint = (link) => {
  const page = window.open(link.href, '_blank');
  if (page) page.addEventListener('load', () => page.print());
  return Boolean(page);
};

// Older paper is out: asks, and offers the notices of changes instead.
const askOlder = (link, isPack) => {
  const { older, changes, changesKey, changesVersion } = link.dataset;
  const yes = say('打印新版本', 'Print the new one');
  if (isPack) {
    const words = say(`其中 ${older} 份的旧版已经打印过。旧单请收回，或只打印改单通知。全部打印新版本？`, `${older} of them were printed before in an older version. Take those back, or print only the notices of changes. Print all anew?`);
    return confirmed(words, yes, changes && el('a', { class: 'act', href: changes }, say('看改单通知', 'The notices of changes')));
  }
  const words = say(`v${older} 已经打印过，这是新版本。旧单请收回，或只打印改单通知。打印新版本？`, `v${older} was printed before; this is a newer version. Take the old one back, or print only the notice of changes. Print the new one?`);
  const { cycle } = link.closest('tr').dataset;
  return confirmed(words, yes, changes && el('a', {
    class: 'act', href: changes, target: '_blank', rel: 'opener', 'data-print': 'changes', 'data-cycle': cycle, 'data-kind': 'difference_sheet', 'data-key': changesKey, 'data-version': changesVersion,
  }, say('只打印改单通知', 'Print only the notice of changes')));
};

const printOne = async (link) => {
  const pack = link.closest('.pack');
  if (link.dataset.older && !(await askOlder(link, Boolean(pack)))) return;
  const from = pack || (link.dataset.kind ? link : link.closest('tr'));
  const dialog = link.closest('dialog');
  if (!openToPrint(link)) {
    tell(say('浏览器拦住了新窗口，没有打印；请允许本站弹出窗口再试', 'The browser stopped the new window: nothing was printed. Allow this site to open windows and try again'));
    return;
  }
  if (dialog) dialog.close('no');
  try {
    await noteCopies(from.dataset.cycle, pack ? { act: 'printed', copies: 1, tonight: Number(pack.dataset.version) } : copiesBody(from, 'printed', 1));
    reload(say('已记为打印', 'Noted as printed'));
  } catch (error) {
    tell(error.message);
  }
};

const setUpPrinting = () => {
  document.addEventListener('change', (event) => {
    const version = event.target.closest('[data-act=version]');
    if (version) version.closest('[data-kind]').dataset.version = version.value;
  });
  document.addEventListener('click', async (event) => {
    const link = event.target.closest('[data-print]');
    const copies = event.target.closest('[data-copies]');
    if (link) {
      event.preventDefault();
      await printOne(link);
    } else if (copies) {
      const from = copies.dataset.kind ? copies : copies.closest('[data-kind]');
      if (!from.dataset.version) {
        tell(say('先选纸上的版本', 'Choose the version on the paper first'));
        $('[data-act=version]', from).focus();
        return;
      }
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
