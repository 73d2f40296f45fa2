// 称签: which weighed piece a household got. The label is chosen from those of the point, typed, or scanned; it works without
// a connection, and the server has the last word on whose a label is.

const labelPath = (order) => `/api/v1/cycles/${encodeURIComponent(model.day.cycles[order.cycle].cycle_code)}/weights/bind`;
const tellLabel = (order, one, no, isTaken) => tellServer('weigh', labelPath(order), {
  weigh_no: no, sku: one.goods.sku_code, device_time: new Date().toISOString(), by: model.day.user.name, ...(isTaken ? {} : { order_no: order.order_no }),
}, { order_no: order.order_no, sku: one.goods.sku_code, weigh_no: no, isTaken }, say(`称签 ${no}`, `Label ${no}`));

// The number of a label as it is typed: full-width digits too, no blanks.
const numberOf = (text) => text.normalize('NFKC').trim().replace(/\s/g, '');

// Looks through the camera for one label; the code on it is its number. Resolves to nothing once the sheet is shut.
const scanLabel = async (place, found) => {
  let codes;
  let stream;
  try {
    codes = await reader();
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  } catch {
    tell(say('打不开摄像头，请输称签号', 'No camera: type the label’s number'));
    return;
  }
  const video = el('video', { playsinline: true, muted: true, class: 'camera' });
  video.muted = true;
  video.srcObject = stream;
  place.replaceChildren(video);
  video.play().catch(() => {});
  const stop = () => {
    stream.getTracks().forEach((track) => track.stop());
    video.remove();
  };
  const look = async () => {
    if (!video.isConnected) {
      stop();
      return;
    }
    let text = '';
    try {
      const [one] = await codes.detect(video);
      text = one ? one.rawValue : '';
    } catch { /* the picture was not ready */ }
    if (/^[^\s/:]{1,40}$/.test(text)) {
      stop();
      found(text);
      return;
    }
    setTimeout(look, 250);
  };
  look();
};

const openLabels = (order, one) => {
  const { goods } = one;
  const cycle = model.day.cycles[order.cycle].cycle_code;
  const home = model.byOrder.get(order.order_no);
  const input = el('input', { class: 'field', id: 'label-no', autocomplete: 'off', inputmode: 'numeric', maxlength: '40', 'aria-label': say('称签号', 'Label number'), placeholder: say('称签号', 'Label number') });
  const wrong = el('p', { class: 'wrong', role: 'alert' });
  const camera = el('div', {});
  const body = el('div', { class: 'foot-rows' });
  const give = (no) => {
    const known = model.labels.get(`${cycle} ${no}`);
    if (!no) return;
    if (known && known.sku_code !== goods.sku_code) {
      wrong.textContent = say(`${no} 不是${goods.sku_name}的称签`, `${no} is not a label of ${goods.sku_name}`);
      return;
    }
    if (known && known.order_no && known.order_no !== order.order_no) {
      wrong.textContent = say(`${no} 已经给了别的住户，给错了先在那一户取下`, `${no} was given to another household: take it off there first`);
      return;
    }
    closeSheet();
    const act = tellLabel(order, one, no, false);
    const words = known ? weightWords(known.actual_weight_g) : '';
    offerUndo(say(`${goods.sku_name} 称签 ${no} ${words}`, `${goods.sku_name}: label ${no} ${words}`), () => takeBack([act]).then(draw));
  };
  const take = (no) => {
    closeSheet();
    const act = tellLabel(order, one, no, true);
    offerUndo(say(`已取下称签 ${no}`, `Label ${no} taken off`), () => takeBack([act]).then(draw));
  };
  const free = [...model.labels.values()].filter((label) => label.sku_code === goods.sku_code && !label.order_no
    && label.cycle === cycle && home && label.point === model.day.points[home.point].point_code);
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    give(numberOf(input.value));
  });
  const isFull = one.labels.length >= one.allocated_qty - one.lost;
  body.append(...[
    ...one.labels.map((label) => el('div', { class: 'kind' }, el('span', {}, el('b', {}, label.weigh_no), ` ${label.actual_weight_g ? weightWords(label.actual_weight_g) : say('待上传', 'waits')}`), button(say('取下', 'Take off'), () => take(label.weigh_no), { class: 'act small', 'data-take': label.weigh_no }))),
    isFull ? el('p', { class: 'note' }, say('每一份都有称签了', 'Every piece has its label')) : '',
    isFull ? '' : input, isFull ? '' : wrong, isFull ? '' : camera,
    !isFull && canScan() ? button(say('扫称签', 'Scan the label'), () => scanLabel(camera, give), { 'data-act': 'scan-label' }) : '',
    ...(isFull ? [] : free.slice(0, 12).map((label) => button(`${label.weigh_no} · ${weightWords(label.actual_weight_g)}`, () => give(label.weigh_no), { 'data-label': label.weigh_no }))),
    isFull ? '' : button(say('就是这一份', 'This piece'), () => give(numberOf(input.value)), { class: 'act main', 'data-act': 'bind' }),
  ].filter(Boolean));
  openSheet(say(`${goods.sku_name} 给了哪一份？`, `Which piece of ${goods.sku_name}?`), body);
  if (!isFull) input.focus();
};
later.acts.labels = openLabels;
