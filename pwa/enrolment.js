/** Enrols this device with the server: that is how the worker learns who is signed in. */
import { deviceId, writeDevice } from './device.js';
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

/** @param {string} device_id */
async function tell(device_id) {
  const user_agent = navigator.userAgent;
  const response = await request(
    '/sync/devices',
    { personId: null, deviceId: device_id },
    {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ device_id, name: deviceName(user_agent), user_agent }),
    },
  );
  return response.json();
}

/** What the list of devices shows before its owner names it. @param {string} userAgent */
function deviceName(userAgent) {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(userAgent)?.[1] ?? '';
  const system = /Android|iPhone|iPad|Windows|Mac OS|CrOS|Linux/.exec(userAgent)?.[0] ?? '';
  return [browser.replace('Edg', 'Edge').replace('OPR', 'Opera'), system].filter(Boolean).join(' · ');
}
