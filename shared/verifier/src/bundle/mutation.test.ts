import { expect, test } from 'vitest';
import { bytes, flipped, mutate, payload, sealed, verdictOf } from '../testing/mutated-bundle.js';

test('the bundle itself holds', () => {
  expect(sealed(payload)).toEqual(bytes);
  expect(verdictOf(bytes)).toMatchObject({
    ok: true,
    entries: 6,
    withheld: 0,
    cosignatures: [{ name: 'witness.test' }],
  });
  expect(
    verdictOf(bytes)
      .subjects.map(({ name }) => name)
      .slice(1),
  ).toEqual(['tag', 'tag/widgets.tgz']);
});

test('L1 L3: given bytes of every member of the statement changed, then it is caught, with a verdict on what it stands in', () => {
  // Every third byte, with each of the changes in turn: no member has fewer bytes than that. All of them: mutation.long.test.ts.
  const { wrong, codes } = mutate(3, 'in turn');
  expect(wrong.slice(0, 20)).toEqual([]);
  for (const code of [
    'entry_changed',
    'entry_not_in_log',
    'statement_mismatch',
    'commit_invalid',
    'bundle_unsigned',
    'bundle_mismatch',
    'bundle_malformed',
  ])
    expect(codes.get(code), code).toBeGreaterThan(10);
}, 240_000);

test('L3: given any byte of the file changed, removed or added around the statement, then it is no bundle', () => {
  const outside = [...Array(40).keys(), ...Array.from({ length: 100 }, (_, at) => bytes.length - 1 - at)];
  const inside = Array.from({ length: 200 }, (_, at) => Math.floor((bytes.length * at) / 200));
  for (const at of [...outside, ...inside]) {
    const removed = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    const added = Buffer.concat([bytes.subarray(0, at), Uint8Array.of(10), bytes.subarray(at)]);
    for (const changed of [flipped(bytes, at, 0x01), flipped(bytes, at, 0x80), removed, added])
      expect(verdictOf(changed).ok, String(at)).toBe(false);
  }
  expect(verdictOf(Buffer.concat([bytes, Uint8Array.of(10)])).fault?.code).toBe('bundle_malformed');
});
