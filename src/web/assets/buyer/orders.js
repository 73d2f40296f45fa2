// Orders on their way: sending, text, picture, link, and a second supplier for the rest.
const sendOrders = (number) => async () => {
  const body = number ? { po_no: number } : {};
  const done = await send('POST', `/api/v1/cycles/${encodeURIComponent(cycleCode())}/send`, body);
  if (!done) return true;
  await show();
  const without = done.without_mail.length;
  const words = say(`已发出 ${done.sent.length} 份`, `${done.sent.length} orders sent`);
  tell(without ? `${words} · ${say(`${without} 份没有邮箱，请发文字、图片或链接`, `${without} without an address: send text, picture or link`)}` : words);
  return true;
};

const hasUnsaved = () => {
  if (state.cases.size === 0) return false;
  fault(say('先保存或撤销改动的箱数，再发采购单、再补采', 'Save or take back the changed cases first'));
  return true;
};
const askToSend = (foot) => {
  if (hasUnsaved()) return;
  const { count: orders, cases, cost, mailed } = foot.dataset;
  const byHand = Number(orders) - Number(mailed);
  ask(
    say(`发送 ${orders} 份采购单？`, `Send ${orders} purchase orders?`),
    [
      say(`${count(cases)} 箱，¥${cost}`, `${count(cases)} cases, ¥${cost}`),
      say(`邮件 ${mailed} 份${byHand ? `，${byHand} 家没有邮箱，要自己发文字、图片或链接` : ''}`, `${mailed} by mail${byHand ? `, ${byHand} without an address: by text, picture or link` : ''}`),
      say('发出后不能撤回；再改箱数会出改单通知。', 'They cannot be called back; later changes go out as difference sheets.'),
    ],
    say(`发送 ${orders} 份`, `Send ${orders}`),
    sendOrders(null),
  );
};
const askToSendOne = () => {
  if (hasUnsaved()) return;
  const number = document.querySelector('.order').dataset.po;
  const name = byId('section-title').textContent;
  const part = (field) => document.querySelector(`#section [data-order=${field}]`).textContent;
  ask(say(`发给${name}？`, `Send to ${name}?`), [say(`${part('cases')} 箱，${part('cost_fen')}`, `${part('cases')} cases, ${part('cost_fen')}`), say('发出后不能撤回；再改箱数会出改单通知。', 'It cannot be called back; later changes go out as difference sheets.')], say('发送', 'Send'), sendOrders(number));
};

const copy = async (text, words) => {
  try {
    await navigator.clipboard.writeText(text);
    tell(words);
  } catch {
    const area = el('textarea', { class: 'field', rows: 10, readonly: true, 'aria-label': say('文字', 'Text') });
    area.value = text;
    ask(say('全选后复制', 'Select all, then copy'), [], '', null, [area]);
    area.select();
  }
};
const linkOf = () => {
  const held = document.querySelector('[data-act=link]');
  return held ? location.origin + held.dataset.link : '';
};
const orderText = () => {
  const link = linkOf();
  return byId('order-text').textContent + (link ? `\n${say('请点开回复：', 'Please answer here: ')}${link}` : '');
};

// The server draws, the browser makes of it a picture that a chat takes: copied where the browser can, else saved.
const drawPicture = (address) => new Promise((resolve, reject) => {
  const picture = new Image();
  picture.onload = () => {
    const canvas = el('canvas', { width: picture.naturalWidth * 2, height: picture.naturalHeight * 2 });
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png');
  };
  picture.onerror = () => reject(new Error('not drawn'));
  picture.src = address;
});
const saveBlob = (blob, name) => {
  const address = URL.createObjectURL(blob);
  const link = el('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  tell(say(`已存为 ${name}`, `Saved as ${name}`));
};
const sendPicture = async (held) => {
  const name = `${document.querySelector('.order').dataset.po}.png`;
  const drawn = drawPicture(held.dataset.address);
  try {
    // Begun within the click: some browsers let nobody copy later.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': drawn })]);
    tell(say('图片已复制，去群里粘贴', 'The picture is copied; paste it into the chat'), async () => saveBlob(await drawn, name), say('存为文件', 'Save it'));
  } catch {
    try {
      saveBlob(await drawn, name);
    } catch {
      fault(say('图片画不出来，可先复制文字', 'The picture could not be drawn; copy the text instead'));
    }
  }
};

// A new link of this order, whichever is shown by the time somebody asks for it.
const renew = (number) => async () => {
  const done = await send('POST', `/api/v1/purchases/${encodeURIComponent(number)}/link`);
  if (!done) return;
  byId('ask').close();
  await show();
  tell(say('新链接已开，旧的已失效', 'The new link serves, the old one does not'));
};
const showLink = () => {
  const link = linkOf();
  const field = el('input', { class: 'field', readonly: true, value: link, 'aria-label': say('供应商链接', "Supplier's link"), id: 'link-field' });
  const number = document.querySelector('.order').dataset.po;
  const revoke = async () => {
    const done = await send('DELETE', `/api/v1/purchases/${encodeURIComponent(number)}/link`);
    if (!done) return;
    byId('ask').close();
    await show();
    tell(say('链接已收回，供应商打不开了', 'The link was taken back'), renew(number), say('重开', 'New link'));
  };
  ask(
    say('供应商链接', "Supplier's link"),
    [say('谁拿到都能看、能回复这一份采购单；团期结束后失效。', 'Whoever has it can read and answer this order, until the cycle ends.')],
    say('复制链接', 'Copy link'),
    () => copy(link, say('已复制链接', 'The link is copied')),
    [field, el('p', {}, el('a', { class: 'act small', href: link, target: '_blank', rel: 'noopener' }, say('打开看看', 'Open it')), ' ', button(say('换新链接', 'New link'), renew(number), { class: 'act small', 'data-act': 'renew-link' }), ' ', button(say('收回', 'Take back'), revoke, { class: 'act small', 'data-act': 'revoke' }))],
  );
};

// What one supplier has not, from another: a draft of its own, or a line more of an order that was sent.
const second = (held) => {
  if (hasUnsaved()) return;
  const row = held.closest('tr');
  const name = row.querySelector('.goods b').textContent;
  const { supplier, warehouse } = byId('section').dataset;
  const list = el('select', { class: 'field', id: 'second-supplier', 'aria-label': say('向谁补采', 'From whom') }, byId('supplier-options').content.cloneNode(true));
  list.querySelectorAll('option').forEach((option) => { if (option.value === '' || option.value === supplier) option.remove(); });
  const cases = el('input', { class: 'field count', id: 'second-cases', type: 'number', inputmode: 'numeric', min: 1, value: held.dataset.missed, 'aria-label': say('箱数', 'Cases') });
  const from = byId('section-title').textContent;
  const others = JSON.parse(held.dataset.others);
  const { version } = board().dataset;
  ask(
    say(`补采 ${name}`, `Buy ${name} elsewhere`),
    [say(`${from}缺 ${held.dataset.missed} 箱。按本团期的价格补采：还没有采购单的供应商另开一份草稿，已经发出的出改单通知。`, `${from} lacks ${held.dataset.missed} cases. At this cycle's price: a draft of its own, or a difference sheet where an order was sent.`)],
    say('补采', 'Buy the rest'),
    async () => {
      const more = Math.floor(Number(cases.value));
      if (!(more > 0)) {
        cases.focus();
        return false;
      }
      // The plan holds how many there are to be; here it is said how many more.
      const lines = [{ supplier_code: list.value, warehouse_code: warehouse, sku_code: row.dataset.sku, cases: (others[list.value] || 0) + more, reason: say(`补采：${from}缺 ${held.dataset.missed} 箱`, `for ${held.dataset.missed} cases that ${from} lacks`) }];
      const done = await send('POST', planAddress(version), { rows: lines });
      if (!done) {
        if (refusal !== 'plan_changed') return false;
        byId('ask').close();
        await show();
        fault(say('计划刚变了，没有补采；看过新的箱数再补', 'The plan has just changed, nothing was bought; look at it again'));
        return false;
      }
      await show();
      const drafts = Number(document.querySelector('[data-act=send]').dataset.count);
      tell(drafts > 0 ? say(`已补采 · 还有 ${drafts} 份草稿没有发送`, `Done; ${drafts} drafts are still to be sent`) : say('已补采，改单通知已出', 'Done; the difference sheet is out'));
      return true;
    },
    [el('label', {}, say('供应商', 'Supplier'), list), el('label', {}, say('箱数', 'Cases'), cases)],
  );
};

const procure = async () => {
  const done = await send('POST', `/api/v1/cycles/${encodeURIComponent(new URLSearchParams(location.search).get('cycle') || document.querySelector('.title .code').textContent)}/procure`);
  if (done) location.reload();
};
