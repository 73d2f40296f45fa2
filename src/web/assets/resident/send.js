// The way to the server. A device is known by a cookie; each change shows that a page of ours asks for it.
const ANSWER_MS = 15000;
class NoAnswer extends Error {}

const send = async (path, headers, body) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ANSWER_MS);
  try {
    const answer = await fetch(path, { method: 'POST', headers, body, signal: stop.signal });
    const text = await answer.text();
    return { status: answer.status, retry: Number(answer.headers.get('Retry-After')) || 0, body: text ? JSON.parse(text) : {} };
  } catch (error) {
    throw new NoAnswer(error.message);
  } finally {
    clearTimeout(timer);
  }
};

let proof = '';
const change = async (path, headers, body) => {
  for (let turn = 0; ; turn += 1) {
    if (!proof) {
      const device = await send('/api/v1/device', {});
      if (device.status !== 200) return device;
      proof = device.body.csrf_token;
    }
    const answer = await send(path, { 'Content-Type': 'application/json', 'X-CSRF-Token': proof, ...headers }, body);
    // The device may have become another since the proof was given.
    if ((answer.status !== 403 && answer.status !== 401) || turn) return answer;
    proof = '';
  }
};
