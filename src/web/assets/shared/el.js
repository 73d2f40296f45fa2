// Elements. Whatever comes from people is put in as text.
const el = (tag, props, ...children) => {
  const node = document.createElement(tag);
  Object.entries(props || {}).forEach(([name, value]) => {
    if (value === undefined || value === null || value === false) return;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'checked' || name === 'disabled' || name === 'hidden') node[name] = Boolean(value);
    else node.setAttribute(name, value === true ? '' : value);
  });
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
  return node;
};
const button = (words, act, props = {}) => el('button', { type: 'button', class: 'act', onclick: act, ...props }, words);
const byId = (id) => document.getElementById(id);
