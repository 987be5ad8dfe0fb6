import { operationStream, systemStream } from '@marketops/contracts';
import { IndexError, type LedgerIndex, openLedgerIndex } from '@marketops/journal';
import { readSegment } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLedger } from '../start.js';
import { blocked, createWorld, firstOfRun, rawEvent, testRunId, type World } from '../testing/world.js';

let world: World;
let index: LedgerIndex;
const [first, second] = [testRunId(1), testRunId(2)];
const stream = operationStream(first, 'a');
const claimed = 'rcp_01K00000000000000000000001';

beforeAll(async () => {
  world = await createWorld();
  const ledger = await startLedger(world.engine(), { tuning: { blockMs: 20, batchBytesMax: 1_000 } });
  await ledger.settledThrough(1);
  let sequence = 1;
  const append = async (...args: Parameters<World['append']>) => {
    await world.append(...args);
    sequence += args[3].length;
    await ledger.settledThrough(sequence);
  };
  for (const run of [first, second])
    await append('planner', firstOfRun(run).stream, 0, [firstOfRun(run).draft]);
  await append('planner', stream, 0, [blocked('a'), blocked('a'), blocked('a')]);
  await append('publisher', systemStream, 1, [
    {
      type: 'gate.refused',
      data: {
        check: 'signatures',
        job_digest: '0'.repeat(64),
        reason: { code: 'forged', message: 'It was not signed by the mint.', remedy: 'None.' },
        claimed_run_id: first,
        claimed_operation_id: 'a',
        claimed_receipt_id: claimed,
      },
    },
  ]);
  await world.appendSigned('federation', operationStream(second, 'a'), 1, [
    rawEvent('federation', operationStream(second, 'a'), 1, {
      type: 'receipt.issued',
      version: 2,
      data: { receipt: { receipt_id: claimed } },
    }),
  ]);
  await ledger.settledThrough(sequence + 1);
  // Opened while the ledger writes, as the command does.
  index = openLedgerIndex(world.paths.root);
  await ledger.stop();
});
afterAll(async () => {
  await index.close();
  await world.close();
});

test('a run’s entries come in the order of the ledger, whatever stream they stand in', async () => {
  const entries = await index.entriesOfRun(first);
  expect(entries.map(({ entry }) => [entry.sequence, entry.event['stream'], entry.event['seq']])).toEqual([
    [2, `run/${first}`, 1],
    [4, stream, 1],
    [5, stream, 2],
    [6, stream, 3],
  ]);
  expect(await index.entriesOfRun(testRunId(9))).toEqual([]);
});

test('refused jobs are found under what they claimed, and are no part of the run', async () => {
  for (const found of [await index.claimsAgainstRun(first), await index.claimsAgainstReceipt(claimed)])
    expect(found.map(({ entry }) => entry.event['type'])).toEqual(['gate.refused']);
  expect(await index.claimsAgainstRun(claimed)).toEqual([]);
  expect(await index.claimsAgainstRun(second)).toEqual([]);
});

test('receipts, events and stream heads are found', async () => {
  expect((await index.entryOfReceipt(claimed))?.entry.event['type']).toBe('receipt.issued');
  const [, entry] = await index.entriesOfRun(first);
  const id = entry?.entry.event['id'];
  expect((await index.entryOfEvent(String(id)))?.entry.sequence).toBe(4);
  expect(await index.entryOfEvent('01K0000000000000000000000Z')).toBeUndefined();
  expect([index.lastSeq(stream), index.lastSeq(systemStream), index.lastSeq('run/none')]).toEqual([3, 2, 0]);
  expect(index.head()?.sequence).toBe(8);
});

test('runs are listed newest first, page by page', () => {
  const [newest] = index.recentRuns({ limit: 1 });
  expect(newest).toMatchObject({ runId: second, tenantId: 'acme', mode: 'dry_run', sequence: 3 });
  expect(index.recentRuns({ limit: 5, before: newest?.sequence })).toMatchObject([{ runId: first }]);
  expect(index.recentRuns({ limit: 5, before: 2 })).toEqual([]);
});

test('E3: the segment an entry belongs to brings its statement, which verifies', async () => {
  const [, entry] = await index.entriesOfRun(first);
  if (entry === undefined) throw new Error('the run has entries');
  const { statement, events, entries } = await index.readSegment(entry.position);
  expect(entries.map(({ sequence }) => sequence)).toEqual([4, 5, 6]);
  const keyring = world.engine().keyring;
  const read = readSegment(nodeCrypto, { statement, stream, firstSeq: 1, events, keyring });
  expect(read.events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test('L1: a position that names another entry is refused', async () => {
  const [, entry] = await index.entriesOfRun(first);
  if (entry === undefined) throw new Error('the run has entries');
  for (const wrong of [
    { sequence: 5 },
    { offset: entry.position.offset + 1 },
    { length: 10 ** 9 },
    { term: 99 },
  ]) {
    const refused = await index.readEntry({ ...entry.position, ...wrong }).catch((fault: unknown) => fault);
    expect(refused).toBeInstanceOf(IndexError);
    expect(refused).toMatchObject({ code: 'position_invalid' });
  }
});
