// People, tokens and cycles. What is told once is shown with a button to copy it, until it is put away.
const tellOnce = (title, words, text) => {
  const place = $('#told');
  const copied = button(say('复制', 'Copy'), async () => {
    try {
      await navigator.clipboard.writeText(text);
      copied.textContent = say('已复制', 'Copied');
    } catch (error) {
      getSelection().selectAllChildren($('code', place));
    }
  });
  place.replaceChildren(el('p', {}, el('b', {}, title), ` ${words}`), el('p', { class: 'once' }, el('code', {}, text), copied, button(say('收好了', 'Put away'), () => location.reload(), { 'data-act': 'put-away' })));
  place.hidden = false;
  place.scrollIntoView({ block: 'center' });
  copied.focus();
};
const tellLink = (name, link) => tellOnce(say(`${name} 的邀请链接`, `The invitation of ${name}`), say('只显示这一次，72 小时内打开一次有效；发给本人。', 'Shown this once; it serves once within 72 hours. Hand it to them.'), location.origin + link);

const setUpPeople = () => {
  const dialog = $('#new-person');
  const form = $('form', dialog);
  let changing = null;
  const open = (row) => {
    changing = row;
    $$('.only-new', form).forEach((one) => {
      one.hidden = Boolean(row);
      $('input', one).disabled = Boolean(row);
    });
    $('h2', form).textContent = row ? say(`${row.dataset.name} 的角色`, `Roles of ${row.dataset.name}`) : say('邀请新人', 'Invite someone');
    $('[type=submit]', form).textContent = row ? say('改好，此人全部下线', 'Change, and sign them out') : say('生成邀请链接', 'Make the link');
    if (row) {
      $$('[name=roles]', form).forEach((box) => { box.checked = row.dataset.roles.split(' ').includes(box.value); });
      ['leader', 'warehouse', 'vehicle'].forEach((name) => { $(`[name=${name}]`, form).value = row.dataset[name]; });
    }
    dialog.showModal();
  };
  $('[data-open=new-person]').addEventListener('click', (event) => {
    event.stopPropagation();
    open(null);
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const body = { roles: [], ...bodyOf(form) };
    try {
      if (changing) {
        ['name', 'login_name', 'email'].forEach((name) => delete body[name]);
        await ask('POST', `/api/v1/users/${changing.dataset.user}/roles`, body);
        keep('new-person', null);
        reload(say(`${changing.dataset.name} 的角色已改`, `The roles of ${changing.dataset.name} are changed`));
        return;
      }
      const made = await ask('POST', '/api/v1/users', body);
      keep('new-person', null);
      dialog.close();
      form.reset();
      tellLink(body.name, made.link);
    } catch (error) {
      drawRefusal(form, error);
    }
  });
  document.addEventListener('click', async (event) => {
    const row = event.target.closest('tr[data-user]');
    const { act } = (event.target.closest('[data-act]') || { dataset: {} }).dataset;
    if (!row || !act) return;
    const { user, name } = row.dataset;
    try {
      if (act === 'roles') open(row);
      else if (act === 'invite') {
        const made = await ask('POST', `/api/v1/users/${user}/invite`);
        tellLink(name, made.link);
      } else if (act === 'end-sessions') {
        if (!(await confirmed(say(`${name} 在所有设备上下线？没有保存的内容会丢。`, `Sign ${name} out everywhere? What they have not saved is lost.`)))) return;
        await ask('POST', `/api/v1/users/${user}/sessions/end`);
        reload(say(`${name} 已全部下线`, `${name} is signed out`));
      } else if (act === 'suspend') {
        await ask('POST', `/api/v1/users/${user}/suspend`);
        reload(say(`${name} 已停用，可以恢复`, `${name} is suspended and can be restored`));
      } else if (act === 'restore') {
        await ask('POST', `/api/v1/users/${user}/restore`);
        reload(say(`${name} 已恢复`, `${name} is restored`));
      }
    } catch (error) {
      tell(error.message);
    }
  });
};

const setUpTokens = () => {
  const form = $('[data-token-form]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const body = { scopes: [], leaders: [], ...bodyOf(form) };
    try {
      const made = await ask('POST', '/api/v1/tokens', body);
      keep('new-token', null);
      form.closest('dialog').close();
      form.reset();
      tellOnce(say(`${body.name} 的令牌`, `The token of ${body.name}`), say('只显示这一次，放进那个系统的设置里。', 'Shown this once: put it into that system’s settings.'), made.token);
    } catch (error) {
      drawRefusal(form, error);
    }
  });
  document.addEventListener('click', async (event) => {
    if (!event.target.closest('[data-act=revoke-token]')) return;
    const { token, name } = event.target.closest('tr').dataset;
    if (!(await confirmed(say(`吊销“${name}”的令牌？那个系统马上连不上，不能撤回。`, `Revoke the token of “${name}”? That system is cut off at once, for good.`), say('吊销', 'Revoke')))) return;
    try {
      await ask('DELETE', `/api/v1/tokens/${token}`);
      reload(say(`“${name}”已吊销`, `“${name}” is revoked`));
    } catch (error) {
      tell(error.message);
    }
  });
};

const setUpSessions = () => document.addEventListener('click', async (event) => {
  if (!event.target.closest('[data-act=end-session]')) return;
  const { session, name, device } = event.target.closest('tr').dataset;
  if (!(await confirmed(say(`${name} 在 ${device} 上下线？没有保存的内容会丢。`, `Sign ${name} out on ${device}? What they have not saved is lost.`), say('下线', 'Sign out')))) return;
  try {
    await ask('DELETE', `/api/v1/sessions/${session}`);
    reload(say(`${name} 已在 ${device} 上下线`, `${name} is signed out on ${device}`));
  } catch (error) {
    tell(error.message);
  }
});

const setUpCycles = () => {
  const dialog = $('#new-cycle');
  const form = $('form', dialog);
  const note = $('[data-clone-note]', form);
  const set = (values) => Object.entries(values).forEach(([name, value]) => { $(`[name=${name}]`, form).value = value; });
  document.addEventListener('click', (event) => {
    const { act } = (event.target.closest('[data-act]') || { dataset: {} }).dataset;
    if (act === 'new-cycle') {
      note.hidden = true;
      set({ clone_of: '' });
      dialog.showModal();
    } else if (act === 'clone') {
      const from = event.target.closest('tr').dataset;
      note.textContent = say(`照 ${from.name}（${from.code}）再开：带上 ${from.offers} 种上架商品和当时的价格`, `A clone of ${from.name} (${from.code}): its ${from.offers} offers at their prices come along`);
      note.hidden = false;
      set({ clone_of: from.code, cycle_code: from.nextCode, name: from.name, opens_at: from.nextOpens, cutoff_at: from.nextCutoff, pickup_date: from.nextPickup, payment: from.payment, rounding: from.rounding, shortage_rule: from.rule });
      dialog.showModal();
      $('[name=name]', form).select();
    }
  });
};

// Names do not belong into addresses: what is looked for is posted, and what is found takes the place of what was shown.
// It is remembered in this window, so that the page is the same after something was changed.
const setUpSearch = (form) => {
  const name = `desk:search:${location.pathname}`;
  const look = async (values) => {
    const asked = new URLSearchParams({ ...values, csrf: csrf() });
    let found = [];
    try {
      const answer = await fetch(form.action, { method: 'POST', body: asked, credentials: 'same-origin' });
      found = $$('[data-found]', new DOMParser().parseFromString(await answer.text(), 'text/html'));
    } catch (error) {
      tell(say('没有连上服务器，请稍后再试', 'The server cannot be reached; try again'));
      return;
    }
    const shown = $$('[data-found]');
    if (found.length !== shown.length) location.reload();
    else shown.forEach((one, at) => one.replaceWith(found[at]));
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    delete values.csrf;
    if (event.submitter && event.submitter.name === 'page') values.page = event.submitter.value;
    try {
      sessionStorage.setItem(name, JSON.stringify(values));
    } catch (error) { /* then it is looked for anew after a reload */ }
    look(values);
  });
  let was = null;
  try {
    was = JSON.parse(sessionStorage.getItem(name));
  } catch (error) { /* nothing was looked for */ }
  if (!was || location.search.includes('act=')) return;
  ['q', 'act'].forEach((one) => { if (form.elements[one] && was[one]) form.elements[one].value = was[one]; });
  look(was);
};
