/** Digests of bytes, and bytes as text. */

/** SHA-256 of bytes. @param {BufferSource} bytes */
export const digestOf = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** SHA-256 in lowercase hex. @param {BufferSource} bytes */
export async function hexDigest(bytes) {
  return Array.from(await digestOf(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {Uint8Array|ArrayBuffer} source */
export function base64(source) {
  const bytes = new Uint8Array(source);
  const step = 0x6000; // a multiple of 3, so that the pieces join; not more than a call takes arguments
  let text = '';
  for (let at = 0; at < bytes.length; at += step)
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + step)));
  return text;
}
