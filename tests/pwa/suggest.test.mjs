import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { caseFilesFor } from '../../pwa/suggest.js';

const table = JSON.parse(readFileSync(new URL('../contract/case_file_suggestions.json', import.meta.url)));
const files = table.files.map((title, number) => ({ _id: `case_file:${number}`, title, documents: [] }));
const number = ({ _id }) => Number(_id.split(':')[1]);

for (const { subject, order, suggested } of table.cases) {
  test(`case files for: ${subject}`, () => {
    const found = caseFilesFor(files, { _id: 'incoming:a', title: subject });
    assert.deepEqual(found.map(number), order);
    assert.deepEqual(found.filter((one) => one.is_suggested).map(number), suggested);
  });
}

test('a closed file is not offered, and one that has the document says so', () => {
  const mine = [
    { ...files[0], state: 'closed' },
    { ...files[1], documents: [{ _id: 'incoming:a' }] },
  ];
  const found = caseFilesFor(mine, { _id: 'incoming:a', title: 'Hồ sơ' });
  assert.deepEqual(
    found.map(({ _id, is_in }) => [_id, is_in]),
    [['case_file:1', true]],
  );
});
