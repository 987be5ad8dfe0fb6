import { operationStream } from '@marketops/contracts';
import { signAcknowledgements } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type EventStore, openMemoryStore, partitionOf, type VerifiedReader } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Acknowledgements, openAcknowledgements } from './acknowledgements.js';
import { collector, deferred, testKeys } from './testing/index.js';

const stream = operationStream(`run_${'a'.repeat(26)}`, 'tag');
const other = operationStream(`run_${'a'.repeat(26)}`, 'release');
const longMs = 60_000;
const shortMs = 20;

const keys = testKeys();
let store: EventStore;
let reads: string[];
let failing: boolean;
let forged: { stream: string; reason: string }[];
let acknowledgements: Acknowledgements;

/** A stream of nine events as a reader would give it. */
const digestAt = (seq: number): string => String(seq).repeat(64);
const awaited = (seq: number) => ({ seq, digest: digestAt(seq) });
let view: string[];
const reader = {
  read: async () => Promise.resolve([{ stream, lastSeq: view.length, events: [], digests: view }]),
} as unknown as VerifiedReader;

beforeEach(async () => {
  view = Array.from({ length: 9 }, (_, at) => digestAt(at + 1));
  const memory = openMemoryStore();
  reads = [];
  failing = false;
  store = {
    ...memory,
    readAcknowledgements: async (streams) => {
      reads.push(...streams);
      if (failing) throw new Error('Redis is away');
      return memory.readAcknowledgements(streams);
    },
  };
  await store.writeControl(partitionOf(stream), { epoch: 1, state: 'open', reason: '', term: 1 });
  forged = [];
  acknowledgements = await openAcknowledgements({
    store,
    crypto: nodeCrypto,
    keyring: keys.keyring,
    reader,
    onForged: (of, reason) => forged.push({ stream: of, reason }),
  });
});
afterEach(() => acknowledgements.close());

const word = (of: string, seq: number, signing = keys.signing('ledger', 'acknowledgement')) => {
  const head = { term: 1, epoch: 1, firstSequence: 1, lastSequence: 9, lastHash: '0'.repeat(64) };
  const [ack] = signAcknowledgements(nodeCrypto, {
    ...head,
    streams: [[of, seq, digestAt(seq)]],
    ...signing,
  });
  return { ...ack };
};
/** Puts text where the ledger would put its word. */
const put = async (text: string, at = stream) => {
  await store.acknowledge(partitionOf(stream), { term: 1, upTo: '0-0', values: new Map([[at, text]]) });
};

describe('a word of the ledger', () => {
  it.each([
    ['the seq', 5, true],
    ['a later seq', 6, true],
    ['an earlier seq only', 4, false],
  ])('X1: given it speaks of %s, then that is what is believed', async (_what, seq, believed) => {
    await put(JSON.stringify(word(stream, seq)));
    expect(await acknowledgements.waitFor(stream, awaited(5), shortMs)).toBe(believed);
    expect(forged).toEqual([]);
  });

  it('X1: given it speaks of another event at that seq, then it is no word on this one', async () => {
    await put(JSON.stringify({ ...word(stream, 5) }));
    expect(await acknowledgements.waitFor(stream, { seq: 5, digest: 'f'.repeat(64) }, shortMs)).toBe(false);
  });

  it.each([
    ['was cut back', (all: string[]) => all.slice(0, 5)],
    ['leads elsewhere', (all: string[]) => [...all.slice(0, 5), 'f'.repeat(64)]],
    [
      'has another past',
      (all: string[]) => ['f'.repeat(64), ...all.slice(1, 4), 'f'.repeat(64), ...all.slice(5)],
    ],
  ])(
    'X1, E1: given it speaks of a later event and the stream %s, then it is no word on this one',
    async (_what, change) => {
      view = change(view);
      await put(JSON.stringify(word(stream, 6)));
      expect(await acknowledgements.waitFor(stream, awaited(5), shortMs)).toBe(false);
    },
  );

  it('X1: given none, then the answer is no', async () => {
    expect(await acknowledgements.waitFor(stream, awaited(1), shortMs)).toBe(false);
  });

  it.each([
    ['the publisher signed', () => JSON.stringify(word(stream, 5, keys.signing('publisher')))],
    [
      'the ledger signed with its key for events',
      () => JSON.stringify(word(stream, 5, keys.signing('ledger'))),
    ],
    ['is of a key nobody knows', () => JSON.stringify({ ...word(stream, 5), key_id: 'stranger' })],
    ['was changed to a later seq', () => JSON.stringify({ ...word(stream, 4), seq: 5 })],
    ['was changed to a later term', () => JSON.stringify({ ...word(stream, 5), term: 2 })],
    ['speaks of another stream', () => JSON.stringify(word(other, 5))],
    ['is no JSON', () => 'OK'],
    ['is no acknowledgement', () => '{"seq":5}'],
  ])('X1: given one that %s, then it is not believed, and that is told', async (_what, text) => {
    await put(text());
    expect(await acknowledgements.waitFor(stream, awaited(5), shortMs)).toBe(false);
    expect(forged.length).toBeGreaterThan(0);
    expect(forged[0]?.stream).toBe(stream);
  });
});

describe('waiting', () => {
  it('given the word comes while one waits, then one is woken', async () => {
    const waits = [
      acknowledgements.waitFor(stream, awaited(5), longMs),
      acknowledgements.waitFor(stream, awaited(5), longMs),
    ];
    await put(JSON.stringify(word(stream, 5)));
    await store.announceAcknowledged([stream]);
    expect(await Promise.all(waits)).toEqual([true, true]);
  });

  it('given it was announced before one waits, then one look is enough', async () => {
    await put(JSON.stringify(word(stream, 5)));
    await store.announceAcknowledged([stream]);
    expect(await acknowledgements.waitFor(stream, awaited(5), longMs)).toBe(true);
    expect(reads).toEqual([stream]);
  });

  it('given the word that was looked at speaks of earlier events only, then the next look waits until it is announced again', async () => {
    await put(JSON.stringify(word(stream, 4)));
    await store.announceAcknowledged([stream]);
    expect(await acknowledgements.waitFor(stream, awaited(4), longMs)).toBe(true);
    const wait = acknowledgements.waitFor(stream, awaited(5), longMs);
    expect(reads).toEqual([stream]);
    await put(JSON.stringify(word(stream, 5)));
    await store.announceAcknowledged([stream]);
    expect(await wait).toBe(true);
    expect(reads).toEqual([stream, stream]);
  });

  it('given a word on earlier events was looked at, then nobody looks again before it is announced or the time is over', async () => {
    await put(JSON.stringify(word(stream, 4)));
    await store.announceAcknowledged([stream]);
    expect(await acknowledgements.waitFor(stream, awaited(4), longMs)).toBe(true);
    expect(await acknowledgements.waitFor(stream, awaited(5), 100)).toBe(false);
    expect(reads).toEqual([stream, stream]);
  });

  it('given the word that was looked at speaks of later events too, then one look at it is enough for them', async () => {
    await put(JSON.stringify(word(stream, 6)));
    await store.announceAcknowledged([stream]);
    expect(await acknowledgements.waitFor(stream, awaited(5), longMs)).toBe(true);
    expect(await acknowledgements.waitFor(stream, awaited(6), longMs)).toBe(true);
    expect(reads).toEqual([stream, stream]);
  });

  it('given it is announced while an earlier word is being read, then the next wait looks at once', async () => {
    const reading = deferred();
    const answered = deferred();
    const memory = store.readAcknowledgements;
    store.readAcknowledgements = async (streams) => {
      const answer = await memory(streams);
      reading.resolve();
      await answered.promise;
      return answer;
    };
    await put(JSON.stringify(word(stream, 4)));
    await store.announceAcknowledged([stream]);
    const first = acknowledgements.waitFor(stream, awaited(4), longMs);
    await reading.promise;
    await put(JSON.stringify(word(stream, 5)));
    await store.announceAcknowledged([stream]);
    answered.resolve();
    expect(await first).toBe(true);
    reads.length = 0;
    const second = acknowledgements.waitFor(stream, awaited(5), longMs);
    expect(reads).toEqual([stream]);
    expect(await second).toBe(true);
  });

  it('given the store could not be asked, then what was announced is worth a look still', async () => {
    await put(JSON.stringify(word(stream, 5)));
    await store.announceAcknowledged([stream]);
    failing = true;
    expect(await acknowledgements.waitFor(stream, awaited(5), shortMs)).toBe(false);
    failing = false;
    reads.length = 0;
    const wait = acknowledgements.waitFor(stream, awaited(5), longMs);
    expect(reads).toEqual([stream]);
    expect(await wait).toBe(true);
  });

  it('X1: given it was announced to another life of this process, then it is found all the same', async () => {
    await put(JSON.stringify(word(stream, 5)));
    expect(await acknowledgements.waitFor(stream, awaited(5), longMs)).toBe(true);
  });

  it('X1: given a wake-up without a word, then it is not believed', async () => {
    const wait = acknowledgements.waitFor(stream, awaited(5), shortMs);
    await store.announceAcknowledged([stream]);
    expect(await wait).toBe(false);
  });

  it('given the wake-up was lost, then the last look makes it good', async () => {
    const looked = collector<true>();
    const memory = store.readAcknowledgements;
    store.readAcknowledgements = async (streams) => {
      const answer = await memory(streams);
      looked.push(true);
      return answer;
    };
    const wait = acknowledgements.waitFor(stream, awaited(5), 100);
    await looked.at(1);
    await put(JSON.stringify(word(stream, 5)));
    expect(await wait).toBe(true);
  });

  it('given the store cannot be asked at first, then the wait goes on', async () => {
    failing = true;
    const wait = acknowledgements.waitFor(stream, awaited(5), longMs);
    failing = false;
    await put(JSON.stringify(word(stream, 5)));
    await store.announceAcknowledged([stream]);
    expect(await wait).toBe(true);
  });

  it('X1: given the store cannot be asked at all, then the answer is no', async () => {
    failing = true;
    expect(await acknowledgements.waitFor(stream, awaited(5), shortMs)).toBe(false);
  });

  it('given wake-ups of streams nobody waits for, or after closing, then nothing is read', async () => {
    await store.announceAcknowledged([other]);
    expect(await acknowledgements.waitFor(stream, awaited(5), shortMs)).toBe(false);
    const before = reads.length;
    await store.announceAcknowledged([stream]);
    const wait = acknowledgements.waitFor(stream, awaited(5), shortMs);
    await acknowledgements.close();
    await store.announceAcknowledged([stream]);
    await wait;
    expect([before, reads.length]).toEqual([2, 4]);
  });
});
