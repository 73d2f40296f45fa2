// What is looked at and chosen; the figures are in the model.
const ui = {
  tab: 'waiting', query: '', point: -1, homeId: null, picks: new Map(), found: null,
  isChoosing: false, chosen: new Map(), sheet: null, toast: null, scroll: 0, shop: null, page: null, isScanning: false, rows: new Map(), shown: 300,
};
const root = document.getElementById('leader');
const parts = {};

// The point that is looked at; the first where all are.
const pointShown = () => Math.max(0, ui.point);
const inPoint = () => model.homes.filter((home) => ui.point < 0 || home.point === ui.point);
