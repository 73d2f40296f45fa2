// What is not saved yet survives a reload: cases that were changed, terms that are tried, the reason.
const board = () => byId('board');
const cycleCode = () => board().dataset.cycle;
const draftKey = () => `tuan-buyer/${cycleCode()}`;
// `was` is what the changed cases were when they were changed, `version` the plan's version at the first change.
const state = { cases: new Map(), was: new Map(), version: '', terms: new Map(), reason: '', isTrying: false, effect: null };

const keep = () => {
  const has = state.cases.size > 0 || state.terms.size > 0 || state.isTrying;
  try {
    if (!has) localStorage.removeItem(draftKey());
    else {
      localStorage.setItem(draftKey(), JSON.stringify({
        cases: [...state.cases], was: [...state.was], version: state.version, terms: [...state.terms], reason: state.reason, isTrying: state.isTrying,
      }));
    }
  } catch {
    // A browser that keeps nothing loses only what was not saved.
  }
};
const recall = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(draftKey()) || 'null');
    if (!kept) return;
    state.cases = new Map(kept.cases);
    state.was = new Map(kept.was);
    state.version = kept.version || '';
    state.terms = new Map(kept.terms);
    state.reason = kept.reason || '';
    state.isTrying = Boolean(kept.isTrying);
  } catch {
    localStorage.removeItem(draftKey());
  }
};
// The key of a line: supplier, warehouse, SKU.
const keyOf = (row) => {
  const { supplier, warehouse } = byId('section').dataset;
  return JSON.stringify([supplier, warehouse, row.dataset.sku]);
};
const rows = () => [...document.querySelectorAll('#section tr.line')];
