/** Working days on a device, by the cases that the server is held to as well. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { dueChoices, isWorking, workingDayAfter } from '../../pwa/work_days.js';

const cases = JSON.parse(readFileSync(new URL('../contract/work_days_cases.json', import.meta.url), 'utf8'));

test('a device counts as the cases say', () => {
  for (const [day, count, expected] of cases.after)
    assert.equal(workingDayAfter(cases.days, day, count), expected, `${day} + ${count}`);
});

test('without a table only weekends are off', () => {
  assert.equal(isWorking({}, '2026-09-02'), true);
  assert.equal(isWorking({}, '2026-11-28'), false);
  assert.deepEqual(dueChoices(undefined, '2026-11-27').slice(0, 2), [
    { count: 1, on: '2026-11-30' },
    { count: 3, on: '2026-12-02' },
  ]);
});
