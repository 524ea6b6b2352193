/** The real device under Node: signs an action, and settles by a receipt of the real server. JSON in, JSON out. */
import { startWorker, surround } from '../pwa/fakes.mjs';

let text = '';
for await (const piece of process.stdin) text += piece;
const { action, receipt, keys } = JSON.parse(text);

const { server } = surround();
const parts = await startWorker();
server.keys = keys;
const { public_key } = await parts.deviceKey.deviceKeyOrNew(action.device_id);
const signed = await parts.deviceKey.signed(action, action.device_id);
await parts.outbox.addAction('an', action);
const identity = { personId: 'an', deviceId: action.device_id };
const { settled } = await parts.receipts.settleChecked(identity, [receipt]);
console.log(JSON.stringify({ public_key, signed, proofs: settled.map((row) => row.proof) }));
