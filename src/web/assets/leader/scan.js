// Scanning one resident after the other: the camera stays on, the phone checks each code by itself. Where the browser reads
// no codes, a script of its own does it, which comes last of all.
const scan = { stream: null, video: null, homeId: null, last: '', timer: 0 };
const DECODER_MS = 5000;
// The decoder sees no more of a picture than it needs.
const PICTURE_MAX = 480;
const hasReader = () => 'BarcodeDetector' in window;
const canScan = () => Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

const reader = async () => {
  if (hasReader()) return new window.BarcodeDetector({ formats: ['qr_code'] });
  await loadScript('decoder');
  const canvas = el('canvas', {});
  const picture = canvas.getContext('2d', { willReadFrequently: true });
  return { detect: async (video) => {
    const scale = Math.min(1, PICTURE_MAX / Math.max(video.videoWidth, video.videoHeight, 1));
    [canvas.width, canvas.height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
    if (!canvas.width) return [];
    picture.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = picture.getImageData(0, 0, canvas.width, canvas.height);
    const found = window.jsQR(data, canvas.width, canvas.height, { inversionAttempts: 'dontInvert' });
    return found ? [{ rawValue: found.data }] : [];
  } };
};

const openScan = async () => {
  let codes;
  try {
    codes = await reader();
  } catch {
    tell(say('扫码还没存到手机上，连上网打开一次以后就能离线用；先用房号、尾号查找', 'Scanning is not on this phone yet: open it once with a connection; search meanwhile'));
    return;
  }
  try {
    scan.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  } catch {
    tell(say('打不开摄像头，请在浏览器设置里允许，或用房号、尾号查找', 'The camera is not allowed: allow it, or search instead'));
    return;
  }
  scan.video = el('video', { playsinline: true, muted: true, class: 'camera' });
  scan.video.muted = true;
  scan.video.srcObject = scan.stream;
  Object.assign(scan, { homeId: null, last: '' });
  ui.isScanning = true;
  history.pushState({ scan: true }, '');
  parts.scan.replaceChildren(scan.video, el('div', { class: 'scanned', role: 'status' }));
  draw();
  // It may be closed before the first picture.
  scan.video.play().catch(() => {});
  look(codes);
};

const closeScan = () => {
  clearTimeout(scan.timer);
  if (scan.stream) scan.stream.getTracks().forEach((track) => track.stop());
  Object.assign(scan, { stream: null, video: null, homeId: null });
  ui.isScanning = false;
  parts.scan.replaceChildren();
};

// Looks four times a second; the same code again counts once.
const look = async (detector) => {
  if (!ui.isScanning) return;
  try {
    const [found] = await detector.detect(scan.video);
    if (found && found.rawValue !== scan.last) await scanned(found.rawValue);
  } catch {
    // The picture was not ready.
  }
  scan.timer = setTimeout(() => look(detector), 250);
};

const scanned = async (text) => {
  scan.last = text;
  const orderNo = isToken(text) ? await orderOfToken(text) : null;
  const home = orderNo && model.byOrder.get(orderNo);
  scan.homeId = home ? home.id : null;
  if (navigator.vibrate) navigator.vibrate(home ? 60 : [60, 60, 60]);
  if (!home) tell(orderNo ? say('这张码的订单不在今天的名单里', 'This order is not on today’s list') : say('二维码无效', 'This is none of our codes'));
  draw();
};

const drawScan = () => {
  const home = scan.homeId && model.byId.get(scan.homeId);
  const shown = parts.scan.querySelector('.scanned');
  if (home) {
    const goods = home.orders.flatMap((order) => order.lines.filter((one) => one.left).map((one) => el('li', {}, el('b', {}, String(one.left)), ` ${one.goods.unit} ${one.goods.sku_name} `, el('small', {}, one.goods.spec))));
    shown.replaceChildren(el('h1', {}, roomTitle(home.face) || doorName(home.face)), el('p', { class: 'note' }, personWords(home.face)),
      home.left ? el('ul', { class: 'plain-list big' }, goods) : el('p', { class: 'mark settled' }, say('✓ 已提完', '✓ all collected')),
      home.due > 0 && home.left > 0 ? el('p', { class: 'money' }, el('span', {}, say('待收款', 'To collect')), el('b', {}, yuan(home.due))) : '');
  } else {
    shown.replaceChildren(el('p', {}, say('对准住户手机上的二维码', 'Point at the code on the resident’s phone')));
  }
  const count = home ? home.left : 0;
  parts.foot.replaceChildren(button(say('返回', 'Back'), () => history.back()), button(say(`确认提货 ${count} 件`, `Hand out ${count}`), () => {
    const picks = allOf(home);
    scan.homeId = null;
    handOut(picks, 'qr');
  }, { class: 'act main', disabled: !count, 'data-act': 'confirm' }));
};
