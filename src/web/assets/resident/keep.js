// What the device keeps: a basket for each cycle, who collects, the orders it placed, and orders whose answer is still to
// come. What cannot be kept lives as long as the page, which says so.
const memory = new Map();
const keep = (name, value) => {
  const text = JSON.stringify(value);
  try {
    if (value === null) localStorage.removeItem(`tuan-${name}`);
    else localStorage.setItem(`tuan-${name}`, text);
    memory.delete(name);
  } catch (error) {
    memory.set(name, text);
    tellUnkept();
  }
};
const kept = (name, otherwise) => {
  try {
    const text = memory.has(name) ? memory.get(name) : localStorage.getItem(`tuan-${name}`);
    return JSON.parse(text || 'null') || otherwise;
  } catch (error) {
    // A browser that keeps nothing, or what is kept is none of ours.
    return otherwise;
  }
};
// The names under which something is kept that begin so.
const keptNames = (start) => {
  let names = [];
  try {
    names = Object.keys(localStorage).filter((name) => name.startsWith('tuan-')).map((name) => name.slice(5));
  } catch (error) {
    // A browser that keeps nothing has the page's own memory.
  }
  return [...new Set([...names, ...memory.keys()])].filter((name) => name.startsWith(start) && kept(name, null));
};
const tellUnkept = () => {
  const words = byId('words');
  if (!words || byId('unkept')) return;
  words.append(el('p', { class: 'older', id: 'unkept' }, say('这部手机存不下内容，关掉页面购物车就没了，请现在下单。', 'This device keeps nothing: the basket is gone once the page is closed. Order now.')));
};

// The orders of this device, the latest first: enough to find each again.
const ORDERS_MAX = 50;
const rememberOrder = (order) => {
  const others = kept('orders', []).filter((known) => known.no !== order.no);
  keep('orders', [order, ...others].slice(0, ORDERS_MAX));
};
