import { expect, test } from 'vitest';
import { mutate, payload } from '../testing/mutated-bundle.js';

// Four changes of each byte take minutes: MUTATIONS=all makes them all, else each byte has one of them in turn.
const how = process.env['MUTATIONS'] === 'all' ? 'all' : 'in turn';

test('L1 L3: given any byte of the statement changed in either of two bits, gone, or there twice, then it is caught, with a verdict on what it stands in', () => {
  const { verified, wrong } = mutate(1, how);
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(verified).toBe(how === 'all' ? 4 * payload.length : payload.length);
}, 1_200_000);
