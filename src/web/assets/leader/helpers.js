// Helpers: let in by a code that they scan, without a password, for a time; and sent away again.
const UNTIL = [['today', () => say('今天', 'Today')], ['three_days', () => say('3 天', '3 days')], ['week', () => say('一周', 'A week')], ['revoked', () => say('长期', 'Until I end it')]];

const drawCode = ({ qr_width: width, qr_path: path }) => {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', `0 0 ${width} ${width}`);
  svg.setAttribute('class', 'qr');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', say('帮手扫的二维码', 'Code for the helper'));
  const dots = document.createElementNS(space, 'path');
  dots.setAttribute('d', path);
  svg.append(dots);
  return svg;
};

const helperFault = async (error) => {
  if (error instanceof SignedOut) await signedOut();
  return say('没有网络，加帮手要联网', 'No connection: helpers need one');
};

const showHelpers = async () => {
  const words = el('p', { class: 'wrong', role: 'alert' });
  const name = el('input', { class: 'field', id: 'helper-name', value: say('帮手', 'Helper'), autocomplete: 'off', 'aria-label': say('帮手的名字', 'Name') });
  const known = el('ul', { class: 'plain-list' });
  const add = async (until, until_words) => {
    try {
      const answer = await change('/api/v1/helpers', { name: name.value.trim(), until });
      if (answer.status !== 201) words.textContent = say(answer.body.detail, answer.body.title);
      else showCode(name.value.trim(), until_words, answer.body);
    } catch (error) {
      words.textContent = await helperFault(error);
    }
  };
  openSheet(say('帮手', 'Helpers'), el('div', { class: 'foot-rows' }, el('label', { for: 'helper-name', class: 'note' }, say('谁来帮忙，帮多久', 'Who helps, and for how long')), name,
    el('div', { class: 'fourths' }, UNTIL.map(([until, said]) => button(said(), () => add(until, said()), { 'data-until': until }))), words), known);
  try {
    const answer = await send('GET', '/api/v1/users');
    if (answer.status === 200) known.replaceChildren(...answer.body.users.filter((user) => user.state !== 'suspended').map(helperRow));
  } catch (error) {
    words.textContent = await helperFault(error);
  }
};

const helperRow = (user) => {
  const state = user.state === 'invited' ? say('还没扫码', 'not in yet') : say('可用', 'active');
  const row = el('li', { class: 'helper' }, el('span', {}, el('b', {}, user.name), ' ', el('small', {}, state)), button(say('停用', 'End'), async () => {
    try {
      const answer = await change(`${user.link}/suspend`);
      if (answer.status < 300) row.remove();
      else tell(say(answer.body.detail, answer.body.title));
    } catch (error) {
      tell(await helperFault(error));
    }
  }, { class: 'act small' }));
  return row;
};

const showCode = (name, until, helper) => openSheet(say(`${name}扫这个码`, `${name} scans this`), drawCode(helper),
  el('p', {}, say(`用微信或相机扫一扫就能帮忙，不用密码。${until === '今天' ? '今天' : until}有效，这个码只能用一次。`, `Scanned with a camera it lets the helper in without a password (${until}). It serves once.`)));
