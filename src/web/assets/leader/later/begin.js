// What came with the list.
const {
  later, model, parts, el, button, say, yuan, minute, pieces, doorName, personWords, plain, draw, offerUndo, openSheet, closeSheet, openPage, pageHead,
  tellServer, takeBack, enqueue, newId, change, send, Unreachable, readDay, signedOut, SignedOut, find, tell, ui, roomCode, shop, readWindow, offerOf, leftWords, allPicks, kept, putKept, unchosen, missingOf, linesOf, partWords, PROBLEMS, weightWords, reader, canScan,
} = window.tuanLeader;
const codesOf = (arrival) => ({ cycle: model.day.cycles[arrival.cycle].cycle_code, point: model.day.points[arrival.point].point_code });
const stepper = (value, most, step, words) => el('span', { class: 'stepper' },
  button('−', () => step(value - 1), { disabled: value <= 0, 'aria-label': say(`${words} 减一`, `${words}: one less`) }),
  el('span', { class: 'count' }, el('b', {}, String(value))),
  button('+', () => step(value + 1), { disabled: value >= most, 'aria-label': say(`${words} 加一`, `${words}: one more`) }));
