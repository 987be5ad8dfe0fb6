import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStatement, Statement } from './statement.js';

const statement = {
  v: 1,
  actor: 'planner',
  key_id: 'planner-actor-1',
  epoch: 1,
  root: 'a'.repeat(64),
  size: 2,
  index: 1,
  path: ['b'.repeat(64)],
  signature: 'AAAA',
};

describe('readStatement', () => {
  it('given a statement, then it is taken as it is', () => {
    expect(readStatement(statement)).toBe(statement);
    expect(Statement.safeParse(statement).success).toBe(true);
  });

  it('E3: given any one field changed, added or removed, then it answers as the schema does', () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        'planner',
        'nobody',
        'constructor',
        0,
        1,
        2,
        -1,
        1.5,
        65_535,
        65_536,
        65_537,
        2 ** 53,
        Number.NaN,
        null,
        undefined,
        [],
        {},
      ),
      fc.constantFrom<unknown>(
        'c'.repeat(64),
        'C'.repeat(64),
        'c'.repeat(63),
        'AAA=',
        'AA',
        'A'.repeat(4_100),
        Array(17).fill('d'.repeat(64)),
        ['x'],
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(statement), 'extra'),
        value,
        fc.boolean(),
        (key, changed, remove) => {
          const { [key]: _, ...rest } = statement as Record<string, unknown>;
          const tried = remove ? rest : { ...rest, [key]: changed };
          expect(readStatement(tried) !== undefined).toBe(Statement.safeParse(tried).success);
        },
      ),
      { numRuns: 2_000 },
    );
    for (const other of [null, undefined, 1, 'x', [], Array(9)]) {
      expect(readStatement(other) !== undefined).toBe(Statement.safeParse(other).success);
    }
  });
});
