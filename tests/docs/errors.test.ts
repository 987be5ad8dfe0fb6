import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorClasses, oneLine, root } from './error-codes.js';
import { reasonCodes } from './reason-codes.js';

interface Row {
  readonly section: string;
  readonly code: string;
  readonly meaning: string;
  readonly action: string;
}

const rows: readonly Row[] = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  .split(/^## /m)
  .flatMap((part) => {
    const section = part.slice(0, part.indexOf('\n'));
    return [...part.matchAll(/^\| `([a-z0-9_]+)` \| (.*) \| (.*) \|$/gm)].map(
      ([, code = '', meaning = '', action = '']) => ({ section, code, meaning, action: oneLine(action) }),
    );
  });
const ofErrors = rows.filter(({ section }) => section !== 'Reasons');
const ofReasons = rows.filter(({ section }) => section === 'Reasons');

/** The first list without what is in the second. */
const without = (codes: Iterable<string>, others: Iterable<string>): string[] => {
  const known = new Set(others);
  return [...new Set(codes)].filter((code) => !known.has(code)).sort();
};
const codesOf = (some: readonly Row[]) => some.map(({ code }) => code);

describe('docs/errors.md', () => {
  const classes = errorClasses();

  it('finds the error classes it is to check', () => {
    expect(classes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['InputError', 'StoreError', 'ProofError', 'GitHubError']),
    );
    for (const { name, codes } of classes) expect(codes.length, name).toBeGreaterThan(0);
  });

  it.each(classes)('has a line for every code of $name', ({ codes }) => {
    expect(without(codes, codesOf(ofErrors))).toEqual([]);
  });

  it('has no line for a code that does not exist', () => {
    const codes = classes.flatMap((one) => one.codes);
    expect(without(codesOf(ofErrors), codes)).toEqual([]);
  });

  const withTable = classes.filter(({ nextByCode }) => nextByCode.size > 0);

  it('finds the tables of what to do', () => {
    expect(withTable.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ProofError', 'JournalError', 'LedgerError', 'PublisherError']),
    );
  });

  it.each(withTable)('says to do what $name says', ({ codes, nextByCode }) => {
    expect(without(codes, nextByCode.keys())).toEqual([]);
    for (const code of codes) {
      const actions = ofErrors.filter((row) => row.code === code).map(({ action }) => action);
      expect(actions, code).toContain(nextByCode.get(code));
    }
  });

  describe('Reasons', () => {
    const codes = reasonCodes();

    it('finds the reasons it is to check: of the policy, the plan, the run, the gate and the kill switch', () => {
      const some = ['repository_not_allowed', 'asset_missing', 'dependency_failed', 'epoch_passed', 'frozen'];
      expect(without(some, codes)).toEqual([]);
      expect(codes).toContain('operation_digest_differs');
    });

    it('has a line for every code that a reason may have, and no other', () => {
      expect(without(codes, codesOf(ofReasons))).toEqual([]);
      expect(without(codesOf(ofReasons), codes)).toEqual([]);
    });

    it('has one line for each, with what it means and what to do', () => {
      expect(codesOf(ofReasons)).toEqual([...new Set(codesOf(ofReasons))]);
      for (const { code, meaning, action } of ofReasons) {
        expect(meaning.trim(), code).not.toBe('');
        expect(action, code).not.toBe('');
      }
    });
  });
});
