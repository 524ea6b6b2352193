import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { actForm, canonical, receiptForm } from '../../pwa/signed_forms.js';

const cases = JSON.parse(
  readFileSync(new URL('../contract/signed_form_cases.json', import.meta.url), 'utf8'),
);
const text = (bytes) => new TextDecoder().decode(bytes);

for (const { name, json, expected } of cases.json)
  test(`JSON: ${name}`, () => assert.equal(canonical(JSON.parse(json)), expected));
for (const { name, act, device_id, expected } of cases.acts)
  test(name, () => assert.equal(text(actForm(act, device_id)), expected));
for (const { name, receipt, expected } of cases.receipts)
  test(name, () => assert.equal(text(receiptForm(receipt)), expected));

test('what is undefined is as if it was not there', () => {
  assert.equal(canonical({ a: undefined, b: [undefined] }), '{"b":[null]}');
});
