// Words in the page's language, and figures.
const IS_ZH = document.documentElement.lang !== 'en';
const say = (zh, en) => (IS_ZH ? zh : en);
const yuan = (fen) => `¥${Math.trunc(fen / 100).toString().replace(/\B(?=(\d{3})+$)/g, ',')}.${String(fen % 100).padStart(2, '0')}`;
const two = (number) => String(number).padStart(2, '0');
