// Buttons and forms that need no page of their own: a step to be run, a form to be sent.
document.addEventListener('click', async (event) => {
  const pressed = event.target.closest('[data-call], [data-open], [data-act=close], [data-act=lock], [data-act=keys], [data-act=print-page]');
  if (!pressed) return;
  const { call, open, act } = pressed.dataset;
  if (open) {
    document.getElementById(open).showModal();
  } else if (act === 'close') {
    pressed.closest('dialog').close();
  } else if (act === 'lock') {
    lockScreen();
  } else if (act === 'keys') {
    showKeys();
  } else if (act === 'print-page') {
    print();
  } else if (call) {
    const question = pressed.dataset.ask;
    if (question && !(await confirmed(question, pressed.textContent.trim()))) return;
    await runStep(pressed);
  }
});

const runStep = async (pressed) => {
  pressed.disabled = true;
  pressed.setAttribute('aria-busy', 'true');
  try {
    await ask('POST', pressed.dataset.call, pressed.dataset.body && JSON.parse(pressed.dataset.body));
    reload(`${pressed.textContent.trim()}：${pressed.dataset.done || say('已完成', 'done')}`);
  } catch (error) {
    pressed.disabled = false;
    pressed.removeAttribute('aria-busy');
    tell(error.message);
  }
};

// The fields of a form as the API wants them.
const bodyOf = (form, submitter) => {
  const body = {};
  $$('[name]', form).forEach((field) => {
    if (field.type === 'submit' || field.tagName === 'BUTTON') return;
    if (field.type === 'checkbox') {
      if (field.checked) (body[field.name] = body[field.name] || []).push(field.value);
      return;
    }
    if (field.multiple) {
      body[field.name] = [...field.selectedOptions].map((option) => option.value);
      return;
    }
    const value = field.value.trim();
    if (field.dataset.number) body[field.name] = value === '' ? null : Number(value);
    else if (field.dataset.yuan) body[field.name] = Math.round(Number(value.replace('，', '.').replace(',', '.')) * 100);
    else if (field.type === 'datetime-local') body[field.name] = value.replace('T', ' ');
    else if (value !== '') body[field.name] = value;
  });
  if (submitter && submitter.name) body[submitter.name] = submitter.value;
  return body;
};

document.addEventListener('submit', async (event) => {
  const form = event.target.closest('form[data-send]');
  if (!form) return;
  event.preventDefault();
  const body = bodyOf(form, event.submitter);
  if (form.dataset.event) {
    form.eventId = form.eventId || eventName();
    body[form.dataset.event] = form.eventId;
  }
  if (body.word && body.word !== 'substitute') delete body.give_back_fen;
  try {
    await ask('POST', form.dataset.send, form.dataset.wrap ? { [form.dataset.wrap]: [body] } : body);
    if (form.dataset.keep) keep(form.dataset.keep, null);
    reload(form.dataset.done || say('已保存', 'Saved'));
  } catch (error) {
    if ((error.problem || {}).code === 'key_reused') form.eventId = null;
    drawRefusal(form, error);
  }
});

// Forms that keep what was typed until it is sent.
const formFields = (form) => $$('input[name], select[name], textarea[name]', form).filter((field) => field.type !== 'password' && field.type !== 'file');
const keepForm = (form) => {
  const name = form.dataset.keep;
  const was = kept(name);
  if (was) {
    formFields(form).forEach((field) => {
      const key = field.type === 'checkbox' ? `${field.name}=${field.value}` : field.name;
      if (!(key in was) || field.disabled) return;
      if (field.type === 'checkbox') field.checked = was[key];
      else field.value = was[key];
    });
  }
  form.addEventListener('input', () => {
    const now = {};
    formFields(form).forEach((field) => {
      if (field.type === 'checkbox') now[`${field.name}=${field.value}`] = field.checked;
      else if (field.value !== '') now[field.name] = field.value;
    });
    keep(name, now);
  });
};
