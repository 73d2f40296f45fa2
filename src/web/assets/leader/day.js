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
  byId: new Map(),
  byOrder: new Map(),
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

// Counts all households anew.
const figure = () => {
  const { day } = model;
  const { handed, paid } = standing();
  const now = Date.now();
  model.homes = day.households.map((household) => figureHome(household, handed, paid, now));
  model.byId = new Map(model.homes.map((home) => [home.id, home]));
  model.byOrder = new Map(model.homes.flatMap((home) => home.orders.map((order) => [order.order_no, home])));
  markNeighbours();
};

const figureHome = (household, handed, paid, now) => {
  const home = {
    id: household.orders[0].order_no, point: household.point, left: 0, handed: 0, short: 0, due: 0, isOverdue: false, orders: [],
    // Who is spoken to: the order that names a room, else the first.
    face: household.orders.find((order) => order.room) || household.orders[0],
  };
  household.orders.forEach((told) => {
    const order = { ...told, isDue: told.is_due && !paid.has(told.order_no), due: 0, left: 0 };
    order.lines = told.lines.map((line) => {
      const goods = model.day.goods[line.goods];
      const given = line.handed_qty + (handed.get(`${told.order_no} ${goods.sku_code}`) || 0);
      const left = Math.max(0, line.allocated_qty - given);
      return { ...line, goods, handed: given, left, short: Math.max(0, line.ordered_qty - line.allocated_qty) };
    });
    order.lines.forEach((line) => {
      home.handed += line.handed;
      home.short += line.short;
      order.left += line.left;
      if (order.isDue) order.due += line.due_amount_fen;
    });
    home.left += order.left;
    home.due += order.due;
    if (order.left && Date.parse(order.ends_at) < now) home.isOverdue = true;
    home.orders.push(order);
  });
  home.state = home.left ? 'waiting' : home.handed ? 'served' : 'nothing';
  return home;
};

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
