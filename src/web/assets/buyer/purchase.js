// A supplier's page: it says that it is looked at, prints, and keeps what was chosen until it is sent.
const page = document.getElementById('purchase');
const form = page.querySelector('form');
const key = `tuan-purchase/${page.dataset.token.slice(0, 11)}`;
const look = () => { if (!document.hidden) fetch(page.dataset.read, { method: 'POST' }).catch(() => undefined); };
look();
document.addEventListener('visibilitychange', look, { once: true });

const print = document.getElementById('print');
print.hidden = false;
print.addEventListener('click', () => window.print());

const isSent = new URLSearchParams(location.search).has('saved');
try {
  if (isSent) {
    localStorage.removeItem(key);
    // What is chosen from here on survives a reload of this page too.
    const here = new URL(location.href);
    here.searchParams.delete('saved');
    history.replaceState(null, '', here);
  }
  const kept = JSON.parse(localStorage.getItem(key) || '[]');
  const asked = new Map(kept);
  kept.forEach(([name, value]) => {
    const [field, number] = [form.elements[name], name.split('-')[1]];
    const now = form.elements[`asked-${number}`];
    // A choice holds for the cases that were asked for when it was made.
    if (field && now && field !== now && asked.get(now.name) === now.value) field.value = value;
  });
} catch {
  // Nothing was kept.
}
form.addEventListener('input', (event) => {
  const number = event.target.closest('.some input[type=number]');
  // Whoever types how many there are means “only so many”.
  if (number) number.closest('.choice').querySelector('input[type=radio]').checked = true;
  try {
    localStorage.setItem(key, JSON.stringify([...new FormData(form)]));
  } catch {
    // What was chosen is lost with the page.
  }
});
form.addEventListener('change', (event) => {
  if (event.target.matches('input[type=radio][value=some]')) event.target.closest('.choice').querySelector('input[type=number]').focus();
});
