/** Enrols this device with the server: that is how the worker learns who is signed in. */
import { deviceId, writeDevice } from './device.js';
import { canSign, deviceKey, deviceKeyOrNew, noteRegistered } from './device_key.js';
import { DeviceRevoked, RequestFailed, request } from './requests.js';

/**
 * Enrol the device for whoever is signed in.
 * @param {string} expected  the person it is thought to be, whose device id is tried first
 * @returns {Promise<string>} the person's id
 * @throws as `request` does
 */
export async function enrol(expected) {
  const device_id = await deviceId(expected);
  const answer = await tell(device_id).catch(async (error) => {
    const isTaken = error instanceof RequestFailed && error.status === 409; // it is another person's
    if (!isTaken && !(error instanceof DeviceRevoked)) throw error;
    return tell(await deviceId(expected, true));
  });
  await writeDevice({ [`device_id:${answer.person_id}`]: answer.device.device_id });
  return answer.person_id;
}

/** Ids of devices whose key was offered since the worker started. @type {Set<string>} */
const offered = new Set();

/**
 * Let the server have the key of a device that was enrolled without one, before anything is sent that it signs.
 * @param {string} personId @param {string} device_id
 * @returns {Promise<string>} the id of the device; another one when the server knows another key for it
 * @throws as `request` does
 */
export async function handOverKey(personId, device_id) {
  if (!canSign() || offered.has(device_id) || (await deviceKey(device_id))?.is_registered) return device_id;
  offered.add(device_id);
  try {
    await tell(device_id, personId);
    return device_id;
  } catch (error) {
    if (error instanceof RequestFailed && error.status === 409) {
      const fresh = await deviceId(personId, true);
      await tell(fresh, personId);
      return fresh;
    }
    if (error instanceof RequestFailed || error instanceof DeviceRevoked) return device_id; // what waits goes unsigned
    offered.delete(device_id);
    throw error;
  }
}

/** @param {string} device_id @param {string|null} [personId]  whom the device speaks for, when that is known */
async function tell(device_id, personId = null) {
  const user_agent = navigator.userAgent;
  const key = await deviceKeyOrNew(device_id);
  const described = { device_id, name: deviceName(user_agent), user_agent };
  const response = await request(
    '/sync/devices',
    { personId, deviceId: device_id },
    {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...described, ...(key && { public_key: key.public_key }) }),
    },
  );
  const answer = await response.json();
  if (key && answer.device.key_id === key.key_id) await noteRegistered(device_id, key);
  return answer;
}

/** What the list of devices shows before its owner names it. @param {string} userAgent */
function deviceName(userAgent) {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(userAgent)?.[1] ?? '';
  const system = /Android|iPhone|iPad|Windows|Mac OS|CrOS|Linux/.exec(userAgent)?.[0] ?? '';
  return [browser.replace('Edg', 'Edge').replace('OPR', 'Opera'), system].filter(Boolean).join(' · ');
}
