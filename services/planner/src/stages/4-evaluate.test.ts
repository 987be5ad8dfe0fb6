import type { Reason } from '@marketops/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selected, tag } from '../testing/stages.js';
import { evaluate } from './4-evaluate.js';

const gone: Reason = { code: 'target_missing', message: 'It is gone.', remedy: 'Push it.' };
const operation = (id: string, depends_on: string[] = []) => {
  const one = selected({ ...tag, id });
  return { ...one, requested: { ...one.requested, depends_on } };
};
const chain = (length: number) =>
  Array.from({ length }, (_, at) => operation(`o${at}`, at === 0 ? [] : [`o${at - 1}`]));

describe('stage 4, evaluate: what would ship', () => {
  it('given nothing is missing, then everything would', () => {
    const evaluations = evaluate(chain(3), new Map());
    expect([...evaluations.values()]).toEqual(
      Array.from({ length: 3 }, () => ({ wouldShip: true, reasons: [], missing: [] })),
    );
  });

  it('given one cannot ship, then what depends on it, however far down, would not, and says because of whom', () => {
    const all = [...chain(4), operation('alone')];
    const evaluations = evaluate(all, new Map([['o1', [gone]]]));
    expect([...evaluations].map(([id, { wouldShip }]) => [id, wouldShip])).toEqual([
      ['o0', true],
      ['o1', false],
      ['o2', false],
      ['o3', false],
      ['alone', true],
    ]);
    expect(evaluations.get('o1')).toEqual({ wouldShip: false, reasons: [gone], missing: [gone] });
    expect(evaluations.get('o3')).toMatchObject({
      reasons: [{ code: 'dependency_not_shipping' }],
      missing: [],
    });
    expect(evaluations.get('o3')?.reasons[0]?.message).toContain('o2');
  });

  it('given it has reasons of its own and a dependency that would not ship, then both are told', () => {
    const evaluations = evaluate(
      chain(2),
      new Map([
        ['o0', [gone]],
        ['o1', [gone]],
      ]),
    );
    expect(evaluations.get('o1')?.reasons.map(({ code }) => code)).toEqual([
      'target_missing',
      'dependency_not_shipping',
    ]);
  });

  it('given a chain of a thousand whose first is gone, then none would ship, at once', () => {
    const startedAt = performance.now();
    const evaluations = evaluate(chain(1_000), new Map([['o0', [gone]]]));
    expect([...evaluations.values()].some(({ wouldShip }) => wouldShip)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('given any plan, then an operation would ship exactly when nothing is missing for it or for any it waits for', () => {
    const plans = fc
      .array(fc.record({ misses: fc.boolean(), on: fc.array(fc.nat(), { maxLength: 3 }) }), {
        minLength: 1,
        maxLength: 15,
      })
      .map((rows) =>
        rows.map(({ misses, on }, at) => ({
          misses,
          on: at === 0 ? [] : [...new Set(on.map((to) => to % at))],
        })),
      );
    fc.assert(
      fc.property(plans, (rows) => {
        const all = rows.map(({ on }, at) =>
          operation(
            `o${at}`,
            on.map((to) => `o${to}`),
          ),
        );
        const lacking = new Map(
          rows.flatMap(({ misses }, at) => (misses ? [[`o${at}`, [gone]] as const] : [])),
        );
        const evaluations = evaluate(all, lacking);
        const ships: boolean[] = [];
        for (const [at, { misses, on }] of rows.entries()) ships[at] = !misses && on.every((to) => ships[to]);
        expect(rows.map((_, at) => evaluations.get(`o${at}`)?.wouldShip)).toEqual(ships);
      }),
    );
  });
});
