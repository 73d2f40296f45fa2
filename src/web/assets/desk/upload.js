// Files, chosen or dropped: sent as they are, all faults shown in a table, tried again after they were mended.
const setUpDrop = (drop) => {
  const input = $('input[type=file]', drop);
  const faults = $('.faults', drop);
  const checked = $('.checked', drop);
  const state = { file: null };
  const kind = () => ($('input[name=kind]:checked', drop) || { value: '' }).value;
  const address = (isDry) => {
    const datum = $$('[data-datum]', drop).find((one) => !one.closest('[hidden]'));
    const query = [isDry && 'dry_run=true', datum && datum.value && `datum=${datum.value}`].filter(Boolean).join('&');
    return drop.dataset.upload + kind() + (query && drop.dataset.kinds ? `?${query}` : '');
  };
  const show = (place, ...content) => {
    if (!place) return;
    place.hidden = content.length === 0;
    place.replaceChildren(...content);
  };
  const words = (done) => say(`${done.rows} 行：新增 ${done.new}，更新 ${done.changed}，未变 ${done.same}`, `${done.rows} rows: ${done.new} new, ${done.changed} changed, ${done.same} the same`);
  const post = (isDry) => ask('POST', address(isDry), state.file, { 'Content-Type': 'application/octet-stream', ...(drop.dataset.keyed ? { 'Idempotency-Key': state.key } : {}) });
  const write = async () => {
    try {
      const done = await post(false);
      reload(`${state.file.name} ${say('已写入', 'written')} · ${words(done)}`);
    } catch (error) {
      refused(error);
    }
  };
  const refused = (error) => {
    show(checked);
    if ((error.problem || {}).errors) {
      drawFaults(faults, error.problem);
      const again = button(say('改好了，再选一次', 'Mended: choose it again'), () => input.click(), { class: 'act', 'data-act': 'again' });
      faults.append(el('p', { class: 'row-acts' }, el('span', { class: 'code' }, state.file.name), again));
    } else {
      show(faults, el('p', { class: 'wrong' }, error.message));
    }
  };
  // What is odd about a file with coordinates, and no fault.
  const showDoubts = (done) => {
    if (!done.datum_check) return;
    const words = done.datum_check.checked ? say('坐标系已核对', 'The datum was checked') : say('坐标系没有核对', 'The datum was not checked');
    const list = el('div', { class: 'doubts' });
    const count = done.warnings.length + done.warnings_left_out;
    drawFaults(list, { errors: done.warnings, errors_left_out: done.warnings_left_out }, say(`${count} 行要看一看`, `${count} rows to look at`));
    checked.append(el('p', { class: 'note' }, words), list);
  };
  const take = async (file) => {
    state.file = file;
    state.key = eventName();
    show(faults);
    if (checked) show(checked, el('p', { 'aria-busy': 'true' }, say(`正在检查 ${file.name} …`, `Checking ${file.name} …`)));
    if (!drop.dataset.dry) {
      await write();
      return;
    }
    try {
      const done = await post(true);
      show(checked, el('p', {}, el('b', {}, file.name), ` ${say('没有错误', 'no faults')} · ${words(done)}`),
        done.new + done.changed > 0 ? button(say(`写入 ${done.new + done.changed} 行`, `Write ${done.new + done.changed} rows`), write, { class: 'act main', 'data-act': 'write' })
          : el('p', { class: 'note' }, say('和现在的一样，不用写入', 'The same as now, nothing to write')));
      showDoubts(done);
      const go = $('[data-act=write]', checked);
      if (go) go.focus();
    } catch (error) {
      refused(error);
    }
  };
  input.addEventListener('change', () => {
    const [file] = input.files;
    input.value = '';
    if (file) take(file);
  });
  const stop = (event) => event.preventDefault();
  drop.addEventListener('dragover', (event) => {
    stop(event);
    drop.classList.add('over');
  });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    stop(event);
    drop.classList.remove('over');
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  });
  const draw = () => {
    $$('[data-of]', drop).forEach((one) => { one.hidden = one.dataset.of !== kind(); });
    show(faults);
    show(checked);
  };
  $$('input[name=kind]', drop).forEach((one) => one.addEventListener('change', draw));
  if (drop.dataset.kinds) draw();
};
