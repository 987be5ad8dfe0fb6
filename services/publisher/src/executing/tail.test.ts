import { foldOperation, type MarketOpsEvent, operationStream } from '@marketops/contracts';
import { nodeCrypto } from '@marketops/proof/node';
import type { StreamView } from '@marketops/store';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseOperation } from '../testing/operations.js';
import { stubGitHub } from '../testing/stub-github.js';
import { openWorld, type World } from '../testing/world.js';
import { Tail } from './tail.js';

let world: World;
let whole: StreamView;
beforeAll(async () => {
  world = await openWorld({ github: stubGitHub().github });
  const receipt = await world.authorize(releaseOperation());
  await world.publisher.handle(world.jobFor(receipt));
  const [view] = await world.reader.read([operationStream(receipt.run_id, receipt.operation_id)]);
  if (view === undefined) throw new Error('unreachable');
  whole = view;
});
afterAll(() => world.close());

/** As the stream stood at a seq. */
const upTo = (seq: number): Pick<StreamView, 'events' | 'digests'> => ({
  events: whole.events.slice(0, seq),
  digests: whole.digests.slice(0, seq),
});

describe('a tail', () => {
  it('X1: given a stream that grew by appends of any size, waited for or not, then its state and digest are what a reader of the whole finds', () => {
    const steps = fc.array(fc.record({ size: fc.integer({ min: 1, max: 3 }), awaited: fc.boolean() }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.events.length }), steps, (from, script) => {
        const tail = Tail.of(upTo(from));
        let seq = from;
        for (const { size, awaited } of script) {
          const appended = whole.events.slice(seq, seq + size);
          tail.extend(appended);
          seq += appended.length;
          if (awaited) expect(tail.digest(nodeCrypto)).toBe(whole.digests[seq - 1]);
        }
        expect(tail.digest(nodeCrypto)).toBe(whole.digests[seq - 1]);
        expect(tail.state).toEqual(foldOperation(whole.events.slice(0, seq)));
      }),
    );
  });

  it('X1: given one event differs from what stands in the stream, then so does every digest from there on', () => {
    const tail = Tail.of(upTo(2));
    const other = whole.events.slice(2).map((event, at): MarketOpsEvent => {
      return at === 0 ? { ...event, time: '2026-01-31T12:00:59.999Z' } : event;
    });
    for (const [at, event] of other.entries()) {
      tail.extend([event]);
      expect(tail.digest(nodeCrypto)).not.toBe(whole.digests[2 + at]);
    }
  });
});
