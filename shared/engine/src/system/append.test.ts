import { type EventDraft, type MarketOpsEvent, systemStream } from '@marketops/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestEngine, type TestEngine } from '../testing/index.js';
import { appendToSystem } from './append.js';

let engine: TestEngine;
beforeEach(async () => {
  engine = await openTestEngine({ actor: 'federation' });
});
afterEach(() => engine.close());

const loaded = (digit: number): EventDraft => ({
  type: 'policy.loaded',
  data: { policy_digest: String(digit).repeat(64), previous_digest: null, policies: 1 },
});
const digests = (events: readonly MarketOpsEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'policy.loaded' ? [event.data.policy_digest.slice(0, 1)] : []));
const stood = async () => digests(await engine.events(systemStream));
const tail = async (): Promise<number> => (await engine.store.lastSeqs([systemStream]))[0] ?? 0;

describe('appending to the stream that everybody appends to', () => {
  it('E1: given ten at once, then each stands once, and each is told what it has said', async () => {
    const said = await Promise.all(
      Array.from({ length: 10 }, (_, digit) =>
        appendToSystem(engine.appender, async () => ({ afterSeq: await tail(), events: [loaded(digit)] })),
      ),
    );
    expect(said.map(digests)).toEqual(Array.from({ length: 10 }, (_, digit) => [String(digit)]));
    expect((await stood()).toSorted()).toEqual(said.flatMap(digests));
  });

  it('E2: given somebody says the same first, then it is asked again, and says nothing twice', async () => {
    let asked = 0;
    const once = async () => {
      asked += 1;
      const [afterSeq, isSaid] = [await tail(), (await stood()).includes('1')];
      if (asked === 1)
        await appendToSystem(engine.appender, () => Promise.resolve({ afterSeq, events: [loaded(1)] }));
      return { afterSeq, events: isSaid ? [] : [loaded(1)] };
    };
    expect(await appendToSystem(engine.appender, once)).toEqual([]);
    expect([asked, await stood()]).toEqual([2, ['1']]);
  });

  it('given it loses again and again, then it gives up with the conflict', async () => {
    let asked = 0;
    await appendToSystem(engine.appender, async () => ({ afterSeq: await tail(), events: [loaded(1)] }));
    const stale = () => {
      asked += 1;
      return Promise.resolve({ afterSeq: 0, events: [loaded(2)] });
    };
    await expect(appendToSystem(engine.appender, stale)).rejects.toMatchObject({ code: 'append_conflict' });
    expect([asked, await stood()]).toEqual([33, ['1']]);
  });

  it('given another failure, then it is not tried again', async () => {
    let asked = 0;
    const failing = () => {
      asked += 1;
      return Promise.reject(new RangeError('cannot be read'));
    };
    await expect(appendToSystem(engine.appender, failing)).rejects.toThrow('cannot be read');
    expect(asked).toBe(1);
  });
});
