// Lets a phone's page open without a connection: the shell and its files, nobody's data.
const PAGE = '/* page */';
const FILES = [/* files */];
// Kept once the page has asked for it.
const LATER = [/* later */];
const SHELVES = `${PAGE.slice(1)}-${[...FILES, ...LATER].join('|')}`;

const answerLater = async (request) => {
  const cache = await caches.open(SHELVES);
  const known = await cache.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
};

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(SHELVES).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = (names) => Promise.all(names.filter((name) => name.startsWith(`${PAGE.slice(1)}-`) && name !== SHELVES).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

// The page that was just shown, in its language, and what of its files a sign-out has cleared.
self.addEventListener('message', (event) => {
  const { page } = event.data;
  const keepPage = async () => {
    const cache = await caches.open(SHELVES);
    const known = await Promise.all(FILES.map((file) => cache.match(file)));
    await cache.addAll(FILES.filter((_, at) => !known[at]));
    if (!(await cache.match(page))) await putPage(cache, page, await fetch(page));
  };
  if (typeof page === 'string' && page.startsWith(PAGE)) event.waitUntil(keepPage());
});

// Kept without its word to ask for the day ahead: a phone that has a copy of the page has one of the day.
const putPage = async (cache, page, answer) => {
  if (answer.ok && !answer.redirected) {
    const head = new Headers(answer.headers);
    head.delete('Link');
    await cache.put(page, new Response(await answer.clone().blob(), { headers: head }));
  }
  return answer;
};

const answerPage = async (request) => {
  const cache = await caches.open(SHELVES);
  const known = await cache.match(request);
  if (known) return known;
  try {
    return await putPage(cache, request, await fetch(request));
  } catch (error) {
    const other = await cache.match(PAGE);
    if (other) return other;
    throw error;
  }
};

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate' && pathname === PAGE) event.respondWith(answerPage(request));
  else if ([...FILES, ...LATER].includes(pathname)) event.respondWith(answerLater(request));
});
