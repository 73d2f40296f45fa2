// What outlives the page: the day and the acts that are not sent yet, in IndexedDB, else in the local storage, else in
// memory alone, and then the page says so.
const KEEP = `tuan-${PAGE.name}`;
const keep = { db: null, lasts: true, isOver: false };

const openKeep = () => new Promise((done) => {
  const without = () => {
    try {
      localStorage.setItem(KEEP, '1');
    } catch {
      keep.lasts = false;
    }
    done();
  };
  let request;
  try {
    request = indexedDB.open(KEEP, 1);
  } catch {
    without();
    return;
  }
  request.onupgradeneeded = () => {
    request.result.createObjectStore('state');
    request.result.createObjectStore('queue');
  };
  request.onerror = without;
  request.onblocked = without;
  request.onsuccess = () => {
    keep.db = request.result;
    // Another window clears all at a sign-out.
    keep.db.onversionchange = () => { keep.db.close(); keep.db = null; };
    done();
  };
});

const inStore = (store, mode, act) => new Promise((done, fail) => {
  const transaction = keep.db.transaction(store, mode);
  const request = act(transaction.objectStore(store));
  transaction.oncomplete = () => done(request && request.result);
  transaction.onerror = transaction.onabort = () => fail(transaction.error);
});
const localKey = (store, key) => `${KEEP}/${store}/${key}`;

const kept = async (store, key) => {
  if (keep.db) return inStore(store, 'readonly', (rows) => rows.get(key));
  if (!keep.lasts) return undefined;
  return JSON.parse(localStorage.getItem(localKey(store, key)) || 'null') || undefined;
};
const allKept = async (store) => {
  if (keep.db) return inStore(store, 'readonly', (rows) => rows.getAll());
  if (!keep.lasts) return [];
  const own = Object.keys(localStorage).filter((key) => key.startsWith(localKey(store, '')));
  return own.map((key) => JSON.parse(localStorage.getItem(key)));
};
const keysKept = async (store) => {
  if (keep.db) return inStore(store, 'readonly', (rows) => rows.getAllKeys());
  const all = localKey(store, '');
  return keep.lasts ? Object.keys(localStorage).filter((key) => key.startsWith(all)).map((key) => key.slice(all.length)) : [];
};
// Writes or, where the value is undefined, takes away. A phone that cannot write says so and goes on in memory.
const putKept = async (store, entries) => {
  if (keep.isOver && store === 'state') return;
  try {
    if (keep.db) {
      await inStore(store, 'readwrite', (rows) => {
        entries.forEach(([key, value]) => (value === undefined ? rows.delete(key) : rows.put(value, key)));
      });
      return;
    }
    entries.forEach(([key, value]) => {
      if (value === undefined) localStorage.removeItem(localKey(store, key));
      else localStorage.setItem(localKey(store, key), JSON.stringify(value));
    });
  } catch {
    keep.lasts = false;
  }
};
// Forgets what names residents: the day, the chat that was pasted, the order that was begun. Nothing of the kind is kept
// afterwards either. Acts that wait stay until they are sent: order numbers, and remarks as they were typed.
const forgetDay = async () => {
  const known = await keysKept('state').catch(() => []);
  await putKept('state', known.filter((key) => key !== 'hint').map((key) => [key, undefined]));
  keep.isOver = true;
  if (window.caches) await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
};
