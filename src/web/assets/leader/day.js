// The day as the phone knows it: the server's answer, and on top of it what was done here and is not in that answer yet.
const model = {
  day: null,
  mark: '',
  // When the server last answered, and since when it does not.
  seenAt: null,
  offlineSince: null,
  // Acts, by id: pickups, reversals, payments.
  acts: new Map(),
  homes: [],
  // What came, by cycle and point: the count in force, also one that is still on this phone.
  arrivals: [],
  byId: new Map(),
  byOrder: new Map(),
  // Weighed labels by cycle and number: whose each is, also by what this phone told.
  labels: new Map(),
};

const takeDay = (day) => {
  model.day = day;
  day.goods.forEach((goods, at) => { goods.at = at; });
  figure();
};

// What the acts of this phone change on the server's figures, by order and SKU; and orders that were paid here.
const standing = () => {
  const handed = new Map();
  const paid = new Set();
  const add = (orderNo, lines, sign) => {
    lines.forEach(({ sku, qty }) => {
      const key = `${orderNo} ${sku}`;
      handed.set(key, (handed.get(key) || 0) + sign * qty);
    });
  };
  const told = new Set();
  model.day.households.forEach((home) => home.orders.forEach((order) => {
    order.pickups.forEach((pickup) => told.add(pickup.event_id));
  }));
  model.acts.forEach((act) => {
    if (act.trouble || act.isTakenBack) return;
    if (act.kind === 'pickup' && !told.has(act.id)) add(act.orderNo, act.lines, 1);
    if (act.kind === 'reverse' && told.has(act.eventId)) add(act.orderNo, act.lines, -1);
    if (act.kind === 'paid') paid.add(act.orderNo);
  });
  return { handed, paid };
};

// What this phone told of goods and the server has not told back: counts, who goes without, what was bad.
const toldHere = () => {
  const told = { receipts: new Map(), losses: new Map(), cases: new Map(), cash: new Set(), labels: [] };
  model.acts.forEach((act) => {
    if (act.trouble || act.isTakenBack) return;
    const { body } = act;
    if (act.kind === 'receipt') told.receipts.set(`${body.cycle} ${body.point}`, act);
    if (act.kind === 'losses') told.losses.set(`${body.cycle} ${body.point} ${body.sku}`, { at: act.at, of: new Map(body.orders.map((one) => [one.order_no, one.qty])) });
    if (act.kind === 'cash') told.cash.add(act.orderNo);
    if (act.kind === 'weigh') told.labels.push(act.shown);
    if (act.kind === 'case') {
      const key = `${body.order_no} ${body.sku}`;
      told.cases.set(key, [...(told.cases.get(key) || []), act.shown]);
    }
  });
  return told;
};

// A count on this phone by which less is missing than was chosen before it: everybody is served, as the server will have it.
const serveAgain = ({ at, body, shown }, told) => {
  const lost = new Map();
  model.day.households.filter((home) => model.day.points[home.point].point_code === body.point).forEach((home) => home.orders.forEach((order) => {
    if (model.day.cycles[order.cycle].cycle_code !== body.cycle) return;
    order.lines.forEach((line) => {
      const { sku_code: sku } = model.day.goods[line.goods];
      const chosen = told.losses.get(`${body.cycle} ${body.point} ${sku}`);
      const qty = chosen ? chosen.of.get(order.order_no) || 0 : line.lost_qty || 0;
      if (!(chosen && chosen.at > at)) lost.set(sku, (lost.get(sku) || 0) + qty);
    });
  }));
  lost.forEach((qty, sku) => {
    const found = shown.lines.find((line) => line.sku_code === sku) || { short_qty: 0, broken_qty: 0, wrong_qty: 0 };
    if (qty > found.short_qty + found.broken_qty + found.wrong_qty) told.losses.set(`${body.cycle} ${body.point} ${sku}`, { at, of: new Map() });
  });
};

// Weighed labels: those of the server, and on top of them what this phone told.
const figureLabels = (day, told) => {
  model.labels = new Map();
  (day.arrivals || []).forEach((arrival) => (arrival.labels || []).forEach((label) => {
    const cycle = day.cycles[arrival.cycle].cycle_code;
    model.labels.set(`${cycle} ${label.weigh_no}`, { ...label, cycle, point: day.points[arrival.point].point_code });
  }));
  const cycleOf = new Map(day.households.flatMap((home) => home.orders.map((order) => [order.order_no, day.cycles[order.cycle].cycle_code])));
  told.labels.forEach(({ order_no: orderNo, sku, weigh_no: no, isTaken }) => {
    const cycle = cycleOf.get(orderNo);
    const known = model.labels.get(`${cycle} ${no}`) || { weigh_no: no, sku_code: sku, cycle };
    model.labels.set(`${cycle} ${no}`, { ...known, order_no: isTaken ? undefined : orderNo });
  });
};

// Counts all households anew.
const figure = () => {
  const { day } = model;
  const { handed, paid } = standing();
  const told = toldHere();
  told.receipts.forEach((act) => serveAgain(act, told));
  figureLabels(day, told);
  const ofLine = new Map();
  model.labels.forEach((label) => {
    if (!label.order_no) return;
    const key = `${label.order_no} ${label.sku_code}`;
    ofLine.set(key, [...(ofLine.get(key) || []), label]);
  });
  told.ofLine = ofLine;
  const now = Date.now();
  model.arrivals = (day.arrivals || []).map((arrival) => {
    const own = told.receipts.get(`${day.cycles[arrival.cycle].cycle_code} ${day.points[arrival.point].point_code}`);
    return own ? { ...arrival, receipt: own.shown } : arrival;
  });
  model.homes = day.households.map((household) => figureHome(household, handed, paid, told, now));
  model.byId = new Map(model.homes.map((home) => [home.id, home]));
  model.byOrder = new Map(model.homes.flatMap((home) => home.orders.map((order) => [order.order_no, home])));
  markNeighbours();
};

const figureHome = (household, handed, paid, told, now) => {
  const point = model.day.points[household.point].point_code;
  const home = {
    id: household.orders[0].order_no, point: household.point, left: 0, handed: 0, short: 0, due: 0, cashBack: 0, isOverdue: false, orders: [],
    // Who is spoken to: the order that names a room, else the first.
    face: household.orders.find((order) => order.room) || household.orders[0],
  };
  household.orders.forEach((listed) => {
    const order = { ...listed, isDue: listed.is_due && !paid.has(listed.order_no), due: 0, left: 0, cashBack: told.cash.has(listed.order_no) ? 0 : listed.cash_back_fen || 0 };
    order.lines = listed.lines.map((line) => {
      const goods = model.day.goods[line.goods];
      const given = line.handed_qty + (handed.get(`${listed.order_no} ${goods.sku_code}`) || 0);
      const chosen = told.losses.get(`${model.day.cycles[order.cycle].cycle_code} ${point} ${goods.sku_code}`);
      const lost = chosen ? chosen.of.get(order.order_no) || 0 : line.lost_qty || 0;
      const left = Math.max(0, line.allocated_qty - lost - given);
      const cases = [...(line.cases || []), ...(told.cases.get(`${order.order_no} ${goods.sku_code}`) || [])];
      const short = Math.max(0, line.ordered_qty - line.allocated_qty) + lost;
      const labels = told.ofLine.get(`${order.order_no} ${goods.sku_code}`) || [];
      return { ...line, goods, handed: given, left, lost, short, cases, labels };
    });
    order.lines.forEach((line) => {
      home.handed += line.handed;
      home.short += line.short;
      order.left += line.left;
      if (order.isDue) order.due += line.due_amount_fen;
    });
    home.left += order.left;
    home.due += order.due;
    home.cashBack += order.cashBack;
    if (order.left && Date.parse(order.ends_at) < now) home.isOverdue = true;
    home.orders.push(order);
  });
  home.state = home.left ? 'waiting' : home.handed ? 'served' : 'nothing';
  return home;
};

// Goods of an arrival that are missing, each with how many of them somebody was chosen to go without.
const missingOf = (arrival) => (arrival.receipt ? arrival.receipt.lines : []).map((line) => {
  const goods = model.day.goods.find((one) => one.sku_code === line.sku_code) || { sku_code: line.sku_code, sku_name: line.sku_code, spec: '', unit: '' };
  return { goods, missing: line.short_qty + line.broken_qty + line.wrong_qty, chosen: sumOf(arrival, line.sku_code, 'lost') };
}).filter((one) => one.missing > 0);
const unchosen = (arrival) => missingOf(arrival).filter(({ missing, chosen, goods }) => chosen < missing && sumOf(arrival, goods.sku_code, 'left') > 0);
// The lines of an arrival.
const linesOf = (arrival) => model.homes.filter((home) => home.point === arrival.point).flatMap((home) => home.orders
  .filter((order) => order.cycle === arrival.cycle).flatMap((order) => order.lines.map((one) => ({ home, order, one }))));
const sumOf = (arrival, sku, what) => linesOf(arrival).reduce((sum, { one }) => sum + (one.goods.sku_code === sku ? one[what] : 0), 0);

// Doors side by side, or one above the other, with the same surname are easily mixed up.
const markNeighbours = () => {
  const groups = new Map();
  model.homes.forEach((home) => {
    const { building, unit_no: unit, room, resident } = home.face;
    const surname = [...resident][0];
    if (!/^\d+$/.test(room) || !surname || surname === '*') return;
    const key = [home.point, building, unit, surname].join('|');
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(home);
  });
  const isNext = (a, b) => [1, 2, 100].includes(Math.abs(Number(a.face.room) - Number(b.face.room)));
  groups.forEach((group) => group.forEach((home) => {
    home.hasNeighbour = group.some((other) => other !== home && isNext(home, other));
  }));
};

// The last pickup that stands, of the server or of this phone.
const lastPickup = (home) => {
  const told = home.orders.flatMap((order) => order.pickups);
  const last = told.length ? told.reduce((a, b) => (a.at > b.at ? a : b)) : null;
  const own = [...model.acts.values()].filter((act) => act.kind === 'pickup' && !act.trouble && !act.isTakenBack && home.orders.some((order) => order.order_no === act.orderNo));
  return own.length ? { at: new Date(own[own.length - 1].at), by: model.day.user.name } : last;
};
