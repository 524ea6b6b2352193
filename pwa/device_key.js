/**
 * The key of this device, by which each act can be traced to it: made where not even scripts can read it, kept in the
 * database of the device, one for each device id. A browser without Web Crypto has none, and its acts go unsigned.
 */
import { base64, hexDigest } from './bytes.js';
import { keepFirst, readDevice, writeDevice } from './device.js';
import { actForm } from './signed_forms.js';

/** @typedef {import('./types.js').Action} Action */
/** @typedef {{key_id: string, public_key: string, private_key: CryptoKey, is_registered: boolean}} DeviceKey */

const PAIR = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };

/** @type {Map<string, DeviceKey>} */
const known = new Map();

/** Tell whether this browser can make a key. */
export const canSign = () => typeof crypto.subtle?.generateKey === 'function';

/** @param {string} deviceId */
const nameOf = (deviceId) => `device_key:${deviceId}`;

/**
 * The key that was made for a device id.
 * @param {string} deviceId
 * @returns {Promise<DeviceKey|null>}
 */
export async function deviceKey(deviceId) {
  if (!canSign()) return null;
  const key = known.get(deviceId) ?? (await readDevice())[nameOf(deviceId)];
  if (key) known.set(deviceId, key);
  return key ?? null;
}

/**
 * The key of a device id, made the first time.
 * @param {string} deviceId
 * @returns {Promise<DeviceKey|null>} null where the browser cannot make or keep one
 */
export async function deviceKeyOrNew(deviceId) {
  const there = await deviceKey(deviceId);
  if (there || !canSign()) return there;
  try {
    const pair = await crypto.subtle.generateKey(PAIR, false, ['sign', 'verify']);
    const spki = await crypto.subtle.exportKey('spki', pair.publicKey);
    const key = {
      key_id: (await hexDigest(spki)).slice(0, 16),
      public_key: base64(spki),
      private_key: pair.privateKey,
      is_registered: false,
    };
    const kept = await keepFirst(nameOf(deviceId), key);
    known.set(deviceId, kept);
    return kept;
  } catch {
    return null;
  }
}

/** The server has the public key. @param {string} deviceId @param {DeviceKey} key */
export async function noteRegistered(deviceId, key) {
  if (key.is_registered) return;
  const registered = { ...key, is_registered: true };
  await writeDevice({ [nameOf(deviceId)]: registered });
  known.set(deviceId, registered);
}

/**
 * An act as this device hands it over: signed, unless it is already or there is no key. One that was queued before
 * there was a key, or under an earlier id of the device, is signed as what it is now.
 * @param {Action} action @param {string} deviceId
 * @returns {Promise<Action>}
 * @throws when the key does not work (any more); it is forgotten then, and the device needs another id with another key
 */
export async function signed(action, deviceId) {
  const key = await deviceKey(deviceId);
  const own = { ...action, device_id: deviceId };
  const isSigned = action.device_id === deviceId && action.device_signature?.key_id === key?.key_id;
  if (!key || isSigned) return own;
  const value = await crypto.subtle
    .sign(SIGNING, key.private_key, actForm(action, deviceId))
    .catch(async (error) => {
      known.delete(deviceId);
      await writeDevice({ [nameOf(deviceId)]: undefined });
      throw error;
    });
  return { ...own, device_signature: { key_id: key.key_id, value: base64(value) } };
}
