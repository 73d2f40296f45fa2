// What the device keeps: a basket for each cycle, who collects, the orders it placed, and an order whose answer is still to
// come. Where nothing may be kept, all of it lives as long as the page.
const memory = new Map();
const keep = (name, value) => {
  const text = JSON.stringify(value);
  memory.set(name, text);
  try {
    if (value === null) localStorage.removeItem(`tuan-${name}`);
    else localStorage.setItem(`tuan-${name}`, text);
  } catch (error) {
    memory.set('is-full', 'true');
  }
};
const kept = (name, otherwise) => {
  let text = memory.get(name);
  try {
    text = localStorage.getItem(`tuan-${name}`) || text;
  } catch (error) {
    // A browser that keeps nothing has the page's own memory.
  }
  try {
    return JSON.parse(text || 'null') || otherwise;
  } catch (error) {
    return otherwise;
  }
};

// The orders of this device, the latest first: enough to find each again.
const ORDERS_MAX = 50;
const rememberOrder = (order) => {
  const others = kept('orders', []).filter((known) => known.no !== order.no);
  keep('orders', [order, ...others].slice(0, ORDERS_MAX));
};
