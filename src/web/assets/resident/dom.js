// Words in the page's language, figures, elements. Whatever comes from people is put in as text.
const IS_ZH = document.documentElement.lang !== 'en';
const say = (zh, en) => (IS_ZH ? zh : en);
const yuan = (fen) => `¥${Math.trunc(fen / 100).toString().replace(/\B(?=(\d{3})+$)/g, ',')}.${String(fen % 100).padStart(2, '0')}`;
const two = (number) => String(number).padStart(2, '0');

const el = (tag, props, ...children) => {
  const node = document.createElement(tag);
  Object.entries(props || {}).forEach(([name, value]) => {
    if (value === undefined || value === null || value === false) return;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  });
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
  return node;
};
const button = (words, act, props = {}) => el('button', { type: 'button', class: 'act', onclick: act, ...props }, words);
const byId = (id) => document.getElementById(id);

// A time-ordered id of its own (UUIDv7).
const newId = () => {
  const time = Date.now().toString(16).padStart(12, '0');
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  bytes[2] = (bytes[2] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(1, 4)}-${hex.slice(4, 8)}-${hex.slice(8)}`;
};
