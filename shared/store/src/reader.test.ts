import type { EventEnvelope } from '@marketops/contracts';
import { type CryptoPort, canonicalJson, signSegments } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAppender, type Signer } from './appender.js';
import { openMemoryStore } from './memory/memory-store.js';
import { partitionOf } from './partition.js';
import type { EventStore, RawSegment } from './port.js';
import { createVerifiedReader, type VerifiedReader } from './reader.js';
import { encodeSegment } from './segment.js';
import { cancel, ids, op, openPartitions, request, run, runId, skip, voices } from './testing/voices.js';

const keys = voices();
let store: EventStore;
let reader: VerifiedReader;
let suspects: { stream: string; reason: string }[];
let verifications: number;
const crypto: CryptoPort = {
  ...nodeCrypto,
  verify: (key, data, signature) => {
    verifications += 1;
    return nodeCrypto.verify(key, data, signature);
  },
};

beforeEach(async () => {
  store = openMemoryStore();
  suspects = [];
  verifications = 0;
  reader = readerOf();
  await openPartitions(store);
});

const readerOf = () =>
  createVerifiedReader({
    store,
    crypto,
    keyring: keys.keyring,
    onSuspect: (stream, reason) => suspects.push({ stream, reason }),
  });
const say = (stream: string, afterSeq: number, events: Parameters<typeof request>[2]) => {
  return createAppender({
    store,
    crypto: nodeCrypto,
    signer: keys.planner,
    now: () => new Date(0),
    newId: ids(),
  }).append(request(stream, afterSeq, events));
};
const event = (over: Partial<EventEnvelope> = {}): EventEnvelope => ({
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  stream: run,
  seq: 1,
  type: 'run.cancel_requested',
  version: 1,
  tenant_id: 'acme',
  run_id: runId,
  mode: 'prod',
  actor: 'planner',
  time: '2026-01-31T12:00:00.000Z',
  causation_id: null,
  correlation_id: null,
  data: { principal: 'ci', reason: 'enough' },
  ...over,
});
/** A segment with a genuine signature over whatever it holds. */
const signed = (
  events: readonly object[],
  signer: Signer = keys.planner,
  stream = run,
  firstSeq = 1,
): RawSegment => {
  const bytes = events.map((one) => canonicalJson(one));
  const [statement] = signSegments(nodeCrypto, {
    segments: [{ stream, firstSeq, events: bytes }],
    actor: signer.actor,
    keyId: signer.keyId,
    epoch: 1,
    key: signer.key,
  });
  if (statement === undefined) throw new RangeError('no statement');
  return { stream, firstSeq, lastSeq: firstSeq + events.length - 1, value: encodeSegment(statement, bytes) };
};
/** Writes past every check, as somebody with access to Redis can. */
const plant = (...segments: RawSegment[]) =>
  store.append(
    segments.map((segment) => ({
      partition: partitionOf(segment.stream),
      epoch: 1,
      scopes: [],
      segments: [segment],
    })),
  );
const original = async (stream: string): Promise<RawSegment> => {
  const [segments] = await store.read([{ stream }]);
  return segments?.[0] ?? expect.fail('nothing there');
};
const refused = async (stream = run) => {
  await expect(reader.read([stream])).rejects.toMatchObject({ code: 'stream_suspect', retry: 'hold' });
  expect(suspects.map((suspect) => suspect.stream)).toEqual([stream]);
};

describe('a verified reader', () => {
  it('E1, E3: given genuine streams, then their events are read in order; one that is not there is empty', async () => {
    await say(run, 0, [cancel(), cancel()]);
    await say(run, 2, [cancel()]);
    const views = await reader.read([op('none'), run]);
    expect(
      views.map(({ stream, lastSeq, events }) => [stream, lastSeq, events.map(({ seq }) => seq)]),
    ).toEqual([
      [op('none'), 0, []],
      [run, 3, [1, 2, 3]],
    ]);
    expect(suspects).toEqual([]);
  });

  it('given a growing stream, then what it gained is read after the last seq of before', async () => {
    await say(run, 0, [cancel(), cancel()]);
    await say(run, 2, [cancel()]);
    expect((await reader.readAfter(run, 2)).events.map(({ seq }) => seq)).toEqual([3]);
    expect(await reader.readAfter(run, 3)).toEqual({
      stream: run,
      lastSeq: 3,
      events: [],
      digests: [],
      resumeAfter: 3,
    });
    await expect(reader.readAfter(run, 1)).rejects.toMatchObject({ code: 'stream_suspect' });
  });
});

describe('what cannot be believed', () => {
  it.each<[string, () => RawSegment]>([
    ['without a statement', () => ({ ...signed([event()]), value: canonicalJson(event()) })],
    ['whose statement is no JSON', () => ({ ...signed([event()]), value: `{\n${canonicalJson(event())}` })],
    [
      'whose statement is of another shape',
      () => ({ ...signed([event()]), value: `{}\n${canonicalJson(event())}` }),
    ],
    [
      'whose statement is endless',
      () => ({ ...signed([event()]), value: `${' '.repeat(5_000)}\n${canonicalJson(event())}` }),
    ],
    ['that is empty', () => ({ ...signed([event()]), value: '' })],
    [
      'whose event was changed',
      () => ({ ...signed([event()]), value: signed([event()]).value.replace('enough', 'eno9gh') }),
    ],
    [
      'signed by another service in its name',
      () => signed([event()], { ...keys.publisher, actor: 'planner', keyId: 'planner-1' }),
    ],
    ['signed by a key nobody knows', () => signed([event()], { ...keys.planner, keyId: 'stranger' })],
    ['whose actor may not say it', () => signed([event({ actor: 'publisher' })], keys.publisher)],
    ['whose event names another actor than signed', () => signed([event({ actor: 'publisher' })])],
    [
      'of a type that may not stand there',
      () => signed([event({ type: 'operation.skipped', data: skip('a').data })]),
    ],
    ['of another run', () => signed([event({ run_id: `run_${'b'.repeat(26)}` })])],
    ['of a seq that is not its place', () => signed([event({ seq: 2 })])],
    ['whose data is of another shape', () => signed([event({ data: { principal: 'ci' } })])],
    ['of a type nobody knows yet', () => signed([event({ type: 'run.renamed' })])],
    ['of a version nobody knows yet', () => signed([event({ version: 2 })])],
  ])(
    'E3, F3: given a segment %s, then the whole stream is held and the ledger is told',
    async (_what, make) => {
      await plant(make());
      await refused();
    },
  );

  it('E3: given a genuine segment pasted into another stream, then it is refused there, known or not', async () => {
    await say(op('a'), 0, [skip('a')]);
    const genuine = await original(op('a'));
    await reader.read([op('a')]);
    await plant({ ...genuine, stream: op('b') });
    await refused(op('b'));
  });

  it('E1: given a segment is missing in the middle, then the gap is told', async () => {
    await plant(signed([event()]));
    const late = signed([event({ seq: 3 })], keys.planner, run, 3);
    const { read } = store;
    store.read = async (requests) => (await read(requests)).map((segments) => [...segments, late]);
    await refused();
    expect(suspects[0]?.reason).toContain('seq 2 is missing');
  });

  it('E1: given a genuine segment stands twice, then it is refused', async () => {
    await say(run, 0, [cancel()]);
    const genuine = await original(run);
    const { read } = store;
    store.read = async (requests) => (await read(requests)).map((segments) => [...segments, genuine]);
    await refused();
  });

  it('E3: given a genuine segment and then a forged one, then nothing of the stream is acted on', async () => {
    await say(run, 0, [cancel()]);
    expect((await reader.read([run]))[0]?.lastSeq).toBe(1);
    await plant({ stream: run, firstSeq: 2, lastSeq: 2, value: 'x' });
    await refused();
  });

  it('given one stream of several, then none of the answer is given', async () => {
    await say(op('a'), 0, [skip('a')]);
    await plant({ stream: run, firstSeq: 1, lastSeq: 1, value: 'x' });
    await expect(reader.read([op('a'), run])).rejects.toMatchObject({ code: 'stream_suspect' });
  });
});

describe('what this process appended itself', () => {
  it('given it is remembered, then it is not verified again; changed by a byte, it is', async () => {
    const { events } = await say(run, 0, [cancel()]);
    reader.remember((await original(run)).value, events);
    expect((await reader.read([run]))[0]?.events).toEqual(events);
    expect(verifications).toBe(0);
    const { read } = store;
    const changed = ({ value, ...segment }: RawSegment) => ({
      ...segment,
      value: value.replace('enough', 'eno9gh'),
    });
    store.read = async (requests) => (await read(requests)).map((segments) => segments.map(changed));
    await refused();
  });

  it('given a segment was read before, then it is not verified again', async () => {
    await say(run, 0, [cancel()]);
    await reader.read([run]);
    await reader.read([run]);
    expect(verifications).toBe(1);
  });

  it('E3: given it is pasted into another stream, then it is refused there all the same', async () => {
    await say(op('a'), 0, [skip('a')]);
    const genuine = await original(op('a'));
    reader.remember(genuine.value, (await readerOf().read([op('a')]))[0]?.events ?? []);
    await plant({ ...genuine, stream: op('b') });
    await refused(op('b'));
  });

  it('given far more since, then it was forgotten and is verified: memory is bounded', async () => {
    const { events } = await say(run, 0, [cancel()]);
    reader.remember((await original(run)).value, events);
    for (let at = 0; at < 20_000; at += 1) reader.remember(`other ${at}`, events);
    expect((await reader.read([run]))[0]?.events).toEqual(events);
    expect(verifications).toBe(1);
  });
});
