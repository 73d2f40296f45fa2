// What this page has is set up; what was told before a reload is told now.
const start = () => {
  $$('form[data-keep]').filter((form) => form.id !== 'stock').forEach(keepForm);
  $$('[data-upload]').forEach(setUpDrop);
  if ($('.intake')) setUpReceiving();
  if ($('.pack') || $('[data-copies]')) setUpPrinting();
  if ($('#weighing')) setUpWeighing($('#weighing'));
  if ($('#stock')) setUpStock($('#stock'));
  if ($('#ticks')) setUpTicks($('#ticks'));
  if ($('#new-person')) setUpPeople();
  if ($('#search')) setUpSearch($('#search'));
  if ($('#new-token')) setUpTokens();
  if ($('.sessions')) setUpSessions();
  if ($('#new-cycle')) setUpCycles();
  try {
    const told = sessionStorage.getItem('desk:told');
    const scroll = sessionStorage.getItem('desk:scroll');
    sessionStorage.removeItem('desk:told');
    sessionStorage.removeItem('desk:scroll');
    if (scroll) window.scrollTo(0, Number(scroll));
    if (told) tell(told);
  } catch (error) { /* nothing was kept */ }
  document.body.dataset.ready = '1';
};
start();
