// Photos of goods: made small on the phone, kept with the acts, and sent right behind what they show.
const PHOTO_SIDE = 1280;
const PHOTOS_MAX = 6;

// The picture of a file, small, on a canvas.
const pictureOf = async (file) => {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, PHOTO_SIDE / Math.max(picture.width, picture.height));
  const canvas = el('canvas', { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale), class: 'photo', role: 'img', 'aria-label': say('照片', 'Photo') });
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
};

// A button that takes photos, and what was taken: a tap on a photo takes it away again.
const photoPicker = () => {
  const taken = [];
  const row = el('div', { class: 'photos' });
  const input = el('input', { type: 'file', accept: 'image/*', capture: 'environment', multiple: true, hidden: true, 'data-photos': true, onchange: () => add([...input.files]) });
  const show = () => row.replaceChildren(...taken.map((canvas) => button(canvas, () => {
    taken.splice(taken.indexOf(canvas), 1);
    show();
  }, { class: 'act photo-taken', 'aria-label': say('去掉这张照片', 'Take this photo away') })),
  button(taken.length ? say('再拍一张', 'One more') : say('拍照（可不拍）', 'Photo (optional)'), () => input.click(), { class: 'act small', disabled: taken.length >= PHOTOS_MAX, 'data-act': 'photo' }), input);
  const add = async (files) => {
    for (const file of files.slice(0, PHOTOS_MAX - taken.length)) {
      try {
        taken.push(await pictureOf(file));
      } catch {
        tell(say(`${file.name} 不是能打开的照片`, `${file.name} is no photo that can be opened`));
      }
    }
    input.value = '';
    show();
  };
  show();
  return { row, taken };
};

// Puts photos behind the act that they show.
const tellPhotos = (taken, act, about) => {
  if (!taken.length) return [];
  const acts = taken.map((canvas) => ({
    id: newId(), kind: 'photo', path: `/api/v1/photos?${new URLSearchParams({ ...about, device_time: new Date(act.at).toISOString() })}`,
    photo: canvas.toDataURL('image/jpeg', 0.7).split(',')[1], of: act.id, body: {}, shown: {}, what: say('照片', 'Photo'), orderNo: act.orderNo, lines: [], at: act.at, notBefore: act.notBefore,
  }));
  enqueue(acts);
  return acts;
};

// Photos that the server has.
const photoLinks = (links) => (links || []).map((link, at) => el('a', { href: link, target: '_blank', rel: 'noopener', class: 'act small' }, say(`照片 ${at + 1}`, `Photo ${at + 1}`)));
