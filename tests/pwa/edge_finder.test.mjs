/** A worker that finds pages may be missing, be killed or hang: the photograph stays, and the next one is asked about anew. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { gather } from '../../pwa/gather.js';
import { EdgeFinder } from '../../pwa/page/edge_finder.js';

/** @type {FakeWorker[]} */
let workers = [];

class FakeWorker {
  constructor(script) {
    Object.assign(this, { script, asked: [], isOver: false });
    workers.push(this);
  }

  postMessage(question) {
    this.asked.push(question.file);
  }

  terminate() {
    this.isOver = true;
  }
}

globalThis.Worker = FakeWorker;
beforeEach(() => {
  workers = [];
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('one photograph is asked about after the other', async () => {
  const finder = new EdgeFinder('/edges.js');
  const [first, second] = [finder.find('a'), finder.cut('b', [])];
  await turn();
  assert.deepEqual(workers[0].asked, ['a'], 'two at once would take twice the memory');
  workers[0].onmessage({ data: { found: null } });
  assert.equal(await first, null);
  await turn();
  assert.deepEqual(workers[0].asked, ['a', 'b']);
  workers[0].onmessage({ data: { cut: 'page' } });
  assert.equal(await second, 'page');
  assert.equal(workers.length, 1);
});

test('a photograph that cannot be opened is told, and the worker goes on', async () => {
  const finder = new EdgeFinder('/edges.js');
  const answer = finder.find('a');
  await turn();
  workers[0].onmessage({ data: { error: 'InvalidStateError' } });
  await assert.rejects(answer, /InvalidStateError/);
  const next = finder.find('b');
  await turn();
  assert.deepEqual(workers[0].asked, ['a', 'b']);
  workers[0].onmessage({ data: { found: null } });
  assert.equal(await next, null);
});

test('after a worker that cannot be loaded or is killed comes another', async () => {
  const finder = new EdgeFinder('/edges.js');
  const answer = finder.find('a');
  const next = finder.find('b');
  await turn();
  workers[0].onerror({});
  await assert.rejects(answer, /no worker/);
  await turn();
  assert.ok(workers[0].isOver);
  assert.deepEqual(workers[1].asked, ['b']);
  workers[1].onmessage({ data: { found: [1, 2, 3, 4] } });
  assert.deepEqual(await next, [1, 2, 3, 4]);
});

test('what hangs is given up', async () => {
  const finder = new EdgeFinder('/edges.js', 5);
  await assert.rejects(finder.find('a'), /no answer/);
  assert.ok(workers[0].isOver);
});

test('a photograph is turned as it was held, whoever opens it', async () => {
  const asked = [];
  globalThis.createImageBitmap = async (_file, options) => {
    asked.push(options);
    throw new Error('none here');
  };
  const photograph = new File(['x'], 'a.jpg', { type: 'image/jpeg' });
  await assert.rejects(
    gather([photograph], () => {}),
    { file_name: 'a.jpg', reason: 'broken' },
  );
  const answers = [];
  let hear = async () => {};
  Object.assign(globalThis, {
    addEventListener: (_name, then) => {
      hear = then;
    },
    postMessage: (answer) => answers.push(answer),
  });
  await import('../../pwa/edges_worker.js');
  await hear({ data: { file: photograph } });
  await hear({ data: { file: photograph, corners: [] } });
  assert.deepEqual(
    asked,
    Array(3).fill({ imageOrientation: 'from-image' }),
    'browsers differ where it is not said',
  );
  assert.deepEqual(answers, Array(2).fill({ error: 'Error: none here' }));
});
