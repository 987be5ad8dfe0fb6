import { describe, expect, it } from 'vitest';
import { passingCase, rulesFor, sharedAuthority } from '../testing/gate-fixture.js';
import { isIssuedHere } from './acknowledged.js';
import { contextOf } from './context.js';
import { readPresentation } from './read-presentation.js';

const { data, facts, receipt } = passingCase();
const presenting = (presented: unknown) =>
  contextOf(rulesFor(sharedAuthority), {
    ...facts,
    presented: readPresentation({ ...data, receipt: presented }),
  });

/** The same members in another order, at every level. */
const reversed = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, member]) => [name, reversed(member)]),
      );

describe('the receipt as it was issued', () => {
  it('R1: given the same bytes, in whatever order the members came, then it is the one; given any text of it changed, then it is not', () => {
    expect(isIssuedHere(presenting(receipt))).toBe(true);
    expect(isIssuedHere(presenting(reversed(receipt)))).toBe(true);
    for (const [name, value] of Object.entries(receipt)) {
      if (typeof value !== 'string') continue;
      const last = value.at(-1) === '1' ? '2' : '1';
      expect(isIssuedHere(presenting({ ...receipt, [name]: value.slice(0, -1) + last }))).toBe(false);
    }
    expect(isIssuedHere(presenting({ ...receipt, epoch: 2 }))).toBe(false);
    expect(isIssuedHere(presenting({ ...receipt, supersedes: receipt.receipt_id }))).toBe(false);
    const audience = { ...receipt.audience, environment: 'other' };
    expect(isIssuedHere(presenting({ ...receipt, audience }))).toBe(false);
  });
});
