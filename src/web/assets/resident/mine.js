// 我的订单: what this device ordered, each behind its own link.
const drawMine = () => {
  const orders = kept('orders', []).filter((order) => typeof order.link === 'string' && order.link.startsWith('/o/'));
  const mine = byId('mine');
  mine.toggleAttribute('data-empty', !orders.length);
  mine.hidden = !orders.length;
  if (!orders.length) return;
  mine.querySelector('summary').textContent = say(`我的订单 ${orders.length}`, `My orders ${orders.length}`);
  mine.querySelectorAll('a').forEach((old) => old.remove());
  mine.append(...orders.map((order) => el('a', { class: 'choice', href: IS_ZH ? order.link : `${order.link}?lang=en` },
    el('b', {}, `${order.name} · ${order.total}`), el('small', {}, say(`${order.pickup} 提货 · ${order.no}`, `pickup ${order.pickup} · ${order.no}`)))));
};
