import { readFileSync } from 'node:fs';
import { Fault } from '@marketops/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDoor, Violation } from './door.js';
import { doors } from './doors/all.js';
import { typed } from './typed.js';
import { type FuzzWorld, openFuzzWorld } from './world.js';

/** The short version of `npm run fuzz`: the same doors, a fixed seed, little time. */
describe('fuzz, short', () => {
  const seed = 20_260_131;
  let world: FuzzWorld;
  beforeAll(async () => {
    world = await openFuzzWorld();
  });
  afterAll(() => world.close());

  it.each(doors)('P8: given the door $name, then $what', async (door) => {
    const open = await door.open(world);
    const result = await open.check({ seed, ms: 1_500 });
    await open.finish?.();
    expect(result.failure).toBeUndefined();
    expect(result.inputs).toBeGreaterThan(0);
  });
});

describe('the fuzzer itself', () => {
  it('given docs/audit.md, then it lists these doors, and no other', () => {
    const text = readFileSync(new URL('../../docs/audit.md', import.meta.url), 'utf8');
    const [, table = ''] = text.split('| door | what is tried, and what must hold |\n|---|---|\n');
    expect(table.trimEnd().split('\n')).toEqual(doors.map(({ name, what }) => `| ${name} | ${what} |`));
  });

  const inputs = fc.nat(1_000);
  const check = (tryOne: (input: number) => void | Promise<void>, limitMs?: number) =>
    openDoor(inputs, tryOne, limitMs).check({ seed: 1, ms: 2_000 });

  it('given a door that gives way, then it says for which input, and seed and path show it again', async () => {
    const broken = (input: number) => {
      if (input > 500) throw new Violation('it passes');
    };
    const { failure } = await check(broken);
    expect(failure).toMatchObject({ input: '501', reason: expect.stringContaining('it passes') });
    const again = await openDoor(inputs, broken).check({ seed: 1, ms: 2_000, path: failure?.path ?? '' });
    expect(again.failure?.input).toBe('501');
  });

  it('given an exception that is no typed fault, then that is a failure; a typed one is not', async () => {
    class Refusal extends Fault<'refused'> {}
    const refuse = () => typed(() => Promise.reject(new Refusal('refused', 'no', { next: 'Ask.' })));
    expect(
      (await openDoor(inputs, async () => void (await refuse())).check({ seed: 1, ms: 100 })).failure,
    ).toBe(undefined);
    const crash = await check(async () => void (await typed(() => Promise.reject(new TypeError('crash')))));
    expect(crash.failure?.reason).toContain('not a typed fault');
  });

  it('given a door that does not answer in time, then that is a failure', async () => {
    const { failure } = await check(() => new Promise(() => undefined), 50);
    expect(failure?.reason).toContain('no answer within 50 ms');
  });
});
