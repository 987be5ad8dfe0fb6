import { describe, expect, it } from 'vitest';
import { gateCheckNumber, gateChecks } from './gate-check.js';

describe('the words of the gate', () => {
  it('P1: given the checks, then there are twelve, numbered as people say them', () => {
    expect(gateChecks).toHaveLength(12);
    expect([gateCheckNumber('mode'), gateCheckNumber('unconsumed'), gateCheckNumber('acknowledged')]).toEqual(
      [1, 9, 12],
    );
  });
});
