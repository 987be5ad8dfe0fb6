import { type EventOf, systemStream } from '@marketops/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AwaitedEvent } from '../acknowledgements.js';
import { createLog } from '../log.js';
import { openTestEngine, type TestEngine } from '../testing/index.js';
import { appendToSystem } from './append.js';
import { settleSystem } from './settled.js';

let engine: TestEngine;
beforeEach(async () => {
  engine = await openTestEngine({ actor: 'publisher' });
});
afterEach(() => engine.close());

const data = { service: 'publisher' as const, instance: '01ARZ3NDEKTSV4RRFFQ69G5FAV' };
const lastSeq = async () => (await engine.store.lastSeqs([systemStream]))[0] ?? 0;

/** With a ledger that says what a test has it say. */
function settling(acknowledged: (awaited: AwaitedEvent) => boolean) {
  const asked: AwaitedEvent[] = [];
  let said = 0;
  const its = settleSystem({
    reader: engine.reader,
    log: createLog('publisher', 'silent'),
    say: async () => {
      said += 1;
      const [event] = await appendToSystem(engine.appender, async () => ({
        afterSeq: await lastSeq(),
        events: [{ type: 'service.started', data }],
      }));
      return event as EventOf<'service.started'>;
    },
    isAcknowledged: async (awaited) => {
      asked.push(awaited);
      return acknowledged(awaited);
    },
  });
  return { ...its, asked, said: () => said };
}

describe('a process that has just started', () => {
  it('O1: given the ledger vouches for its first word, then what it reads of system is settled, and it says nothing more', async () => {
    const its = settling(() => true);
    await expect(its.settled()).rejects.toMatchObject({ code: 'held', retry: 'hold' });
    expect(await its.look()).toBe(true);
    await its.settled();
    expect(await its.look()).toBe(true);
    expect([its.said(), its.asked.length, await lastSeq()]).toEqual([1, 1, 1]);
    const [view] = await engine.reader.read([systemStream]);
    expect(its.asked).toEqual([{ seq: 1, digest: view?.digests[0] }]);
  });

  it('O1: given the ledger has something else there, then it is never settled, and it says so once', async () => {
    const its = settling(() => false);
    for (let time = 0; time < 3; time += 1) expect(await its.look()).toBe(false);
    await expect(its.settled()).rejects.toMatchObject({ code: 'held' });
    expect([its.said(), await lastSeq()]).toEqual([1, 1]);
  });
});
