// A resident's QR code: an order's number under the server's signature, which the phone checks by itself.
const fromBase64 = (text) => {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
};
const isToken = (text) => /^\S*[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{80,}$/.test(text.trim());

// The order that a code names; null where the code is none of ours.
const orderOfToken = async (text) => {
  const [number, signature] = text.trim().split('/').pop().split('.');
  try {
    const orderNo = new TextDecoder().decode(fromBase64(number));
    const curve = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await crypto.subtle.importKey('raw', fromBase64(model.day.public_key), curve, false, ['verify']);
    const message = new TextEncoder().encode(`tuan-pickup:1:${orderNo}`);
    const isOurs = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, fromBase64(signature), message);
    return isOurs ? orderNo : null;
  } catch {
    return null;
  }
};
