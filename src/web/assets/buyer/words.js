// Words in the page's language; figures and money as people read them.
const IS_ZH = document.documentElement.lang !== 'en';
const say = (zh, en) => (IS_ZH ? zh : en);
const count = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');
const yuan = (fen) => `${fen < 0 ? '-' : ''}${count(Math.trunc(Math.abs(fen) / 100))}.${String(Math.abs(fen) % 100).padStart(2, '0')}`;
const known = (fen) => (fen === null || fen === undefined ? '–' : yuan(fen));
const percent = (bp) => (bp === null || bp === undefined ? '–' : `${(Math.round(bp / 10) / 10).toFixed(1)}%`);
// A difference with its sign.
const signed = (by, words) => `${by < 0 ? '−' : '+'}${words(Math.abs(by))}`;
