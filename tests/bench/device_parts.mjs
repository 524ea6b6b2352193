/** The device's side of synchronisation as one script, so that a page can be timed with it. */
export { deviceId, writeDevice } from '../../pwa/device.js';
export { addAction, waitingActions } from '../../pwa/outbox.js';
export { Replica } from '../../pwa/replica.js';
export { pull } from '../../pwa/sync.js';
