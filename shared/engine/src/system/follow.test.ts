import { systemStream } from '@marketops/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestEngine, type TestEngine } from '../testing/index.js';
import { followSystem } from './follow.js';

let engine: TestEngine;
beforeEach(async () => {
  engine = await openTestEngine({ actor: 'ledger' });
});
afterEach(() => engine.close());

const say = (afterSeq: number, ...epochs: number[]) =>
  engine.say(
    'ledger',
    systemStream,
    afterSeq,
    epochs.map((epoch) => ({ type: 'epoch.opened', data: { epoch, term: 1, reason: 'x' } })),
  );

describe('following system', () => {
  it('given it grows by appends of any size, then each event is folded once, in order', async () => {
    const folded: number[] = [];
    const follow = followSystem(
      engine.reader,
      () => engine.clock.nowMs(),
      (events) => {
        for (const { seq } of events) folded.push(seq);
      },
    );
    const look = async () => {
      engine.clock.step(1_000);
      await follow();
    };
    await look();
    await say(0, 1, 2, 3);
    await look();
    await look();
    await say(3, 4);
    await say(4, 5, 6);
    await look();
    expect(folded).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it.each([
    ['shorter', [] as number[]],
    ['as long, with something else in place of the last', [9]],
    ['longer', [9, 10, 11]],
  ])('O1: given it was cut back and is now %s, then nobody decides on it', async (_what, instead) => {
    await say(0, 1);
    await say(1, 2);
    const other = await openTestEngine({ actor: 'ledger', keys: engine.keys });
    await other.say('ledger', systemStream, 0, [
      { type: 'epoch.opened', data: { epoch: 1, term: 1, reason: 'x' } },
    ]);
    if (instead.length > 0) {
      await other.say(
        'ledger',
        systemStream,
        1,
        instead.map((epoch) => ({ type: 'epoch.opened', data: { epoch, term: 1, reason: 'x' } })),
      );
    }
    let current = engine.reader;
    const switching = {
      ...engine.reader,
      readAfter: (stream: string, seq: number) => current.readAfter(stream, seq),
    };
    const followed = followSystem(
      switching,
      () => engine.clock.nowMs(),
      () => undefined,
    );
    await followed();
    current = other.reader;
    engine.clock.step(1_000);
    await expect(followed()).rejects.toMatchObject({ code: 'stream_suspect', retry: 'hold' });
    other.close();
  });
});
