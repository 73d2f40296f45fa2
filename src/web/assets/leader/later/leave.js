// 请假: days on which the leader is away; another leader stands in, or nobody does and no orders are taken.
const leaveDays = (leave) => (leave.from === leave.to ? leave.from.slice(5) : `${leave.from.slice(5)} – ${leave.to.slice(5)}`);
const leaveWords = (leave) => {
  if (!leave.is_own) return say(`替 ${leave.leader_name}（${leave.leader_code}）代班`, `You stand in for ${leave.leader_name} (${leave.leader_code})`);
  if (!leave.stand_in_code) return say('停团，不接这几天提货的单', 'No orders to be collected then');
  return say(`${leave.stand_in_name}（${leave.stand_in_code}）代班`, `${leave.stand_in_name} (${leave.stand_in_code}) stands in`);
};

const leaveRow = (leave) => el('li', { class: 'helper', 'data-leave': leave.link },
  el('span', {}, el('b', {}, leaveDays(leave)), ' ', el('small', {}, leaveWords(leave))),
  button(leave.is_own ? say('取消', 'Take back') : say('退掉', 'Decline'), () => online(`${leave.link}/end`, undefined, async () => {
    tell(leave.is_own ? say(`已取消 ${leaveDays(leave)} 的请假`, `Taken back: ${leaveDays(leave)}`) : say(`已退掉 ${leaveDays(leave)} 的代班`, `Declined: ${leaveDays(leave)}`));
    await later.acts.leave();
    await readDay();
  }), { class: 'act small' }));

const localDay = (ahead) => {
  const at = new Date(Date.now() + ahead * 86400000);
  return [at.getFullYear(), String(at.getMonth() + 1).padStart(2, '0'), String(at.getDate()).padStart(2, '0')].join('-');
};

later.acts.leave = async () => {
  const words = el('p', { class: 'wrong', role: 'alert' });
  const known = el('ul', { class: 'plain-list' }, el('li', { class: 'note' }, say('正在读取…', 'Reading…')));
  const from = el('input', { type: 'date', class: 'field', id: 'leave-from', value: localDay(1), min: localDay(0), required: true });
  const to = el('input', { type: 'date', class: 'field', id: 'leave-to', value: localDay(1), min: localDay(0), required: true });
  const standIn = el('input', { class: 'field', id: 'leave-stand-in', autocomplete: 'off', placeholder: say('如 L03', 'as L03') });
  // The last day follows the first until it was chosen.
  from.addEventListener('change', () => {
    if (to.value < from.value) to.value = from.value;
  });
  const take = async (code) => {
    words.textContent = '';
    try {
      const answer = await change('/api/v1/leader/leaves', { from: from.value, to: to.value, ...(code ? { stand_in: code } : {}) });
      if (answer.status !== 201) {
        const [fault] = answer.body.errors || [];
        words.textContent = fault ? say(fault.zh, fault.en) : say(answer.body.detail, answer.body.title);
        return;
      }
      tell(`${leaveDays(answer.body)} ${leaveWords(answer.body)}`);
      await later.acts.leave();
    } catch (error) {
      if (error instanceof SignedOut) await signedOut();
      else if (!(error instanceof Unreachable)) throw error;
      else words.textContent = say('没有网络，没有记下；连上后再试', 'No connection, nothing was noted; try again later');
    }
  };
  const withStandIn = () => {
    const code = standIn.value.trim().toUpperCase();
    if (code) take(code);
    else {
      words.textContent = say('先填代班团长的编号，问对方要', 'First the code of the leader who stands in; they know it');
      standIn.focus();
    }
  };
  const askNobody = () => {
    if (from.value && to.value) take('');
  };
  openSheet(say('请假', 'Leave'), el('div', { class: 'foot-rows' },
    el('div', { class: 'pair' }, el('span', {}, el('label', { for: 'leave-from', class: 'note' }, say('从哪天', 'From')), from), el('span', {}, el('label', { for: 'leave-to', class: 'note' }, say('到哪天（含）', 'To, included')), to)),
    el('label', { for: 'leave-stand-in', class: 'note' }, say('代班团长的编号', 'Code of the leader who stands in')), standIn,
    button(say('请他代班', 'They stand in'), withStandIn, { class: 'act main', 'data-act': 'stand-in' }),
    el('p', { class: 'note' }, say('代班团长那几天在自己的手机上看到你的住户，替你收货、发货、代下单、收款。佣金仍是你的。', 'On those days they see your households on their phone, receive, hand out, order and take money for you. The commission stays yours.')),
    button(say('没人代班，停团', 'Nobody: no orders'), askNobody, { 'data-act': 'pause' }),
    el('p', { class: 'note' }, say('停团：这几天提货的单不接，下单页会说明。已经下的单还在，要自己安排。', 'No orders are taken that are collected on those days; your page says so. Orders already placed remain.')),
    words), known);
  try {
    const answer = await send('GET', '/api/v1/leader/leaves');
    if (answer.status !== 200) throw new Unreachable();
    known.replaceChildren(...answer.body.leaves.map(leaveRow));
  } catch (error) {
    if (error instanceof SignedOut) await signedOut();
    else if (!(error instanceof Unreachable)) throw error;
    else known.replaceChildren(el('li', { class: 'note' }, say('没有网络，看不到已请的假', 'No connection: what was noted before cannot be shown')));
  }
};
