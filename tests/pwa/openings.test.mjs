import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { card, offline, Seat } from './fakes.mjs';

const seat = new Seat();
const open = (id, more = {}) => card(id, { list: 'waiting', ...more });
const told = () => seat.server.openings.map(({ document_id, version }) => [document_id, version]);

/** Let what the page does not wait for come to its end. */
async function settled(isSo) {
  for (let count = 0; count < 200 && !isSo(); count += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(isSo());
}

beforeEach(() => seat.begin());

test('the server learns which document was opened, and of the same version only once', async () => {
  await seat.working(open('incoming:doc-0001', { version: 3 }));
  await seat.page('/incoming/doc-0001');
  await settled(() => told().length === 1);
  await seat.page('/incoming/doc-0001');
  await seat.page('/inbox');
  await seat.parts.session.synchronise();
  assert.deepEqual(told(), [['incoming:doc-0001', 3]]);
});

test('what was opened without a network is told by the next sync, once, with the instant of opening', async () => {
  await seat.working(open('incoming:doc-0001'), open('incoming:doc-0002'));
  seat.server.before = offline;
  const before = new Date().toISOString();
  await seat.page('/incoming/doc-0001');
  await seat.page('/incoming/doc-0002');
  let kept = {};
  for (let count = 0; count < 200 && Object.keys(kept).length < 2; count += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    kept = (await seat.parts.device.readDevice())['opened:an'] ?? {};
  }
  seat.server.before = async () => null;
  await seat.parts.session.synchronise();
  assert.deepEqual(told().toSorted(), [
    ['incoming:doc-0001', 1],
    ['incoming:doc-0002', 1],
  ]);
  assert.ok(seat.server.openings.every(({ at }) => at >= before));
  await seat.parts.session.synchronise();
  assert.equal(told().length, 2);
  assert.equal((await seat.parts.device.readDevice())['opened:an'], undefined);
});

test('what the server will not read of it stops nothing', async () => {
  await seat.working(open('incoming:doc-0001'));
  seat.server.before = async ({ path }) =>
    path === '/sync/openings' ? new Response('{}', { status: 400 }) : null;
  await seat.page('/incoming/doc-0001');
  assert.equal(await seat.parts.session.synchronise(), true);
  assert.equal((await seat.parts.session.status()).connection, 'online');
});
