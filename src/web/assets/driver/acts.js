// What a driver tells. It counts on the phone at once and goes to the server behind it, each act under a name of its own.
const UNDO_MS = 6000;

const tripPath = (trip) => `/api/v1/cycles/${encodeURIComponent(trip.cycle_code)}/trips/${encodeURIComponent(trip.trip_no)}`;
const newAct = (kind, trip, path, body, words, wait) => {
  const at = Date.now();
  const id = newId();
  return {
    id, kind, cycle: trip.cycle_code, trip: trip.trip_no, path, what: words, orderNo: trip.trip_no, lines: [], at, notBefore: wait ? at + UNDO_MS + 1000 : 0,
    body: { ...body, event_id: id, by: model.day.user.name, device_time: rfc(at) },
  };
};
const tellTrip = (trip, act, words, more = {}) => {
  const told = newAct('trip', trip, `${tripPath(trip)}/events`, { act, ...more }, words, act !== 'departed');
  enqueue([told]);
  offerUndo(words, act === 'departed' ? null : () => takeBack([told]));
};
const stopAct = (trip, stop, act, words, more, wait) => Object.assign(
  newAct('stop', trip, `${tripPath(trip)}/stops/${encodeURIComponent(stop.point_code)}/events`, { act, ...more }, words, wait), { point: stop.point_code });

// Undoes within seconds, before anything was sent.
const takeBack = async (acts) => {
  if (acts.some((act) => act.doneAt || !(act.notBefore > Date.now()))) {
    tell(say('已经上传，撤不了；数量不对请团长更正收货', 'It was sent already and stands'));
    return;
  }
  await drop(acts);
  figure();
  draw();
};

const arrive = (trip, stop) => {
  const words = say(`${stop.point} 已到达`, `At ${stop.point}`);
  enqueue([stopAct(trip, stop, 'arrived', words, {}, false)]);
  tell(words);
};
const handOver = (trip, stop, receivedBy, totes) => {
  const words = say(`${stop.point} 已交接 · ${minute(new Date())}`, `Handed over at ${stop.point} · ${minute(new Date())}`);
  const act = stopAct(trip, stop, 'handed_over', words, { received_by: receivedBy, totes_out: totes.out, totes_back: totes.back }, true);
  enqueue([act]);
  offerUndo(words, () => takeBack([act]));
};
const leave = (trip, stop, taken, totes) => {
  const words = say(`${stop.point} 无人签收，已放下`, `Left at ${stop.point}, nobody signed`);
  const act = stopAct(trip, stop, 'left', words, { totes_out: totes.out, totes_back: totes.back }, true);
  enqueue([act]);
  const pictures = tellPhotos(taken, act, { cycle: trip.cycle_code, point: stop.point_code, stop: act.id });
  offerUndo(words, () => takeBack([act, ...pictures]));
};
