import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import { type FaultPoint, type FaultSubject, faultPoints } from '../fault-points.js';
import { publishedSeed } from '../testing/attachments.js';
import { runId } from '../testing/gate-fixture.js';
import { tagOperation } from '../testing/operations.js';
import { passes, passNames } from '../testing/passes.js';
import { pullSeed } from '../testing/pulls.js';
import { openSimulatedWorld, releaseWithAssets, type SimulatedWorld } from '../testing/simulated.js';

const reached: FaultPoint[] = [];
let the: SimulatedWorld;
/** What happens at a point, beside that it is written down. */
let at: (point: FaultPoint, subject: FaultSubject) => Promise<void> | void;

const open = async (): Promise<void> => {
  reached.length = 0;
  at = () => undefined;
  the = await openSimulatedWorld(undefined, undefined, {
    seed: { ...pullSeed, ...publishedSeed },
    faultPoints: {
      reach(point, subject) {
        reached.push(point);
        return at(point, subject);
      },
    },
  });
};
afterEach(() => the.close());

describe('the fault points', () => {
  it.each(passNames)('of %s are passed in order', async (name) => {
    await open();
    const { operation, points } = passes[name];
    expect(await the.ship(await operation(the.blobs))).toMatchObject({ status: 'succeeded' });
    expect(reached).toEqual(points);
  });

  it('are all reached: none stands in the registry alone', async () => {
    // Those of attempts that go well, and those of one that fails: it is retried, resumed, replaces the asset that broke off,
    // and its lease runs short.
    await open();
    const operation = await releaseWithAssets(the.blobs);
    the.github.faults.arm({ kind: 'half_upload', path_pattern: 'name=SHA256SUMS' });
    at = (point) => {
      if (point === 'asset.delete.before') the.world.clock.step(20_000);
    };
    expect(await the.ship(operation)).toMatchObject({ status: 'succeeded' });
    const all = new Set<string>([...reached, ...passNames.flatMap((name) => passes[name].points)]);
    expect([...all].sort()).toEqual(Object.keys(faultPoints).sort());
  });

  it('say which execution is there', async () => {
    await open();
    const subjects: FaultSubject[] = [];
    at = (_point, subject) => void subjects.push(subject);
    const receipt = await the.world.authorize(tagOperation());
    await the.drive(receipt);
    const subject = { runId, operationId: 'tag', receiptId: receipt.receipt_id, attempt: 1 };
    expect(new Set(subjects.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(subject)]));
  });

  it('have names that the compiler checks: one that is not in the registry cannot be reached', () => {
    expectTypeOf<FaultPoint>().toEqualTypeOf<keyof typeof faultPoints>();
    expectTypeOf<'tag.ref.before'>().toExtend<FaultPoint>();
    expectTypeOf<'tag.ref.during'>().not.toExtend<FaultPoint>();
    expectTypeOf<string>().not.toExtend<FaultPoint>();
  });
});
