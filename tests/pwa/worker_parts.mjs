/** The worker's modules as one bundle, so that a test can start them anew as a browser starts a worker. */
export * as bytes from '../../pwa/bytes.js';
export * as commands from '../../pwa/commands.js';
export * as device from '../../pwa/device.js';
export * as deviceKey from '../../pwa/device_key.js';
export * as files from '../../pwa/files.js';
export * as outbox from '../../pwa/outbox.js';
export * as outboxExport from '../../pwa/outbox_export.js';
export * as receipts from '../../pwa/receipts.js';
export * as replica from '../../pwa/replica.js';
export * as router from '../../pwa/router.js';
export * as session from '../../pwa/session.js';
export * as sync from '../../pwa/sync.js';
export * as views from '../../pwa/views.js';
