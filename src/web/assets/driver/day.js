// The day as the phone knows it: the server's answer, and on top of it what was done here and is not in that answer yet.
const model = { day: null, mark: '', seenAt: null, offlineSince: null, acts: new Map(), trips: [], trip: null };
const ui = { trip: '', page: null, toast: null, opened: null };
const root = document.getElementById('driver');
const parts = {};

const takeDay = (day) => {
  model.day = day;
  figure();
};
const rfc = (at) => new Date(at).toISOString();

// What this phone told of a trip and the server has not told back.
const STAGES = { loaded: 'loaded', departed: 'on_the_way', broken_down: 'broken_down', returned: 'returned' };
const figureTrip = (listed) => {
  const own = [...model.acts.values()].filter((act) => !act.trouble && act.trip === listed.trip_no && act.cycle === listed.cycle_code);
  const trip = { ...listed, stops: listed.stops.map((stop) => ({ ...stop })) };
  own.sort((a, b) => a.at - b.at).forEach((act) => {
    if (act.kind === 'trip') Object.assign(trip, { stage: STAGES[act.body.act], stage_at: new Date(act.at) });
    const stop = act.kind === 'stop' && trip.stops.find((one) => one.point_code === act.point);
    if (!stop) return;
    if (act.body.act === 'arrived') stop.arrived_at = stop.arrived_at || new Date(act.at);
    else {
      stop.end = {
        act: act.body.act, at: new Date(act.at), handed_by: act.body.by, received_by: act.body.received_by,
        left_at: stop.end && stop.end.at, totes_out: act.body.totes_out, totes_back: act.body.totes_back, photos: [],
      };
    }
  });
  trip.left = trip.stops.filter((stop) => !stop.end);
  trip.next = trip.left.find((stop) => stop.arrived_at) || trip.left[0] || null;
  return trip;
};
const figure = () => {
  if (!model.day) return;
  model.trips = model.day.trips.map(figureTrip);
  const isOpen = (trip) => trip.stage !== 'returned';
  model.trip = model.trips.find((trip) => trip.trip_no === ui.trip) || model.trips.find((trip) => isOpen(trip) && trip.left.length)
    || model.trips.find(isOpen) || model.trips[0] || null;
  if (ui.opened && model.trip) ui.opened = model.trip.stops.find((stop) => stop.point_code === ui.opened.point_code) || null;
};
// Nothing here is taken back once it was sent.
const undoSent = async () => {};

const addUp = (stops, of) => stops.reduce((sum, stop) => sum + of(stop), 0);
const TOTES = [['tote', () => say('筐', 'totes')], ['box', () => say('箱', 'boxes')], ['ice', () => say('冰板', 'ice packs')]];
const toteWords = (totes) => TOTES.filter(([kind]) => totes && totes[kind]).map(([kind, name]) => `${totes[kind]} ${name()}`).join(' · ');
