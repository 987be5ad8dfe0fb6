import { type EventDraft, type EventType, parseEvent } from '@marketops/contracts';
import type { LocatedEntry } from '@marketops/journal';
import { describe, expect, it } from 'vitest';
import { type EvidenceSource, findEvidence } from './find-evidence.js';

const runId = `run_${'a'.repeat(26)}`;
const receiptId = `rcp_${'0'.repeat(26)}`;
const ulid = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const digest = '0'.repeat(64);
const time = '2026-01-31T12:00:00.000Z';
const reason = { code: 'x', message: 'Why.', remedy: 'What to do.' };
const depth = 100;

const started: EventDraft = {
  type: 'operation.started',
  data: { operation_id: 'tag', receipt_id: receiptId, execution_id: ulid, lease_until: time },
};
const blocked: EventDraft = { type: 'operation.blocked', data: { operation_id: 'tag', reason } };
const refusedAt = (check: 'unconsumed' | 'mode'): EventDraft => ({
  type: 'gate.refused',
  data: {
    ...{ check, job_digest: digest, reason },
    ...{ claimed_run_id: runId, claimed_operation_id: 'tag', claimed_receipt_id: receiptId },
  },
});
/** A type that this release does not know. */
const unknown = { type: 'comet.sighted' as EventType, data: {} } as unknown as EventDraft;

/** A ledger of these events, the first as entry 1; `forged` are the entries whose signatures do not hold. */
function ledgerOf(
  drafts: readonly EventDraft[],
  forged: readonly number[] = [],
): EvidenceSource & { readonly read: number[] } {
  const entries = drafts.map(({ type, data }, at) => {
    const isSystem = type === 'gate.refused';
    const place = isSystem
      ? { stream: 'system', tenant_id: null, run_id: null, mode: null }
      : { stream: `op/${runId}/tag`, tenant_id: 'acme', run_id: runId, mode: 'prod' };
    const said = { actor: 'publisher', time, causation_id: null, correlation_id: null };
    const event = { id: ulid, seq: at + 1, type, version: 1, ...place, ...said, data };
    return { entry: { sequence: at + 1, event } } as unknown as LocatedEntry;
  });
  const read: number[] = [];
  return {
    read,
    index: {
      head: () => ({ sequence: entries.length }) as ReturnType<EvidenceSource['index']['head']>,
      entryAt: async (sequence) => {
        read.push(sequence);
        const entry = entries[sequence - 1];
        if (entry === undefined) throw new RangeError(`there is no entry ${sequence}`);
        return entry;
      },
    },
    verify: async (asked) =>
      asked.flatMap(({ entry }) => {
        if (forged.includes(entry.sequence))
          throw new Error(`the signature over ${entry.sequence} does not hold`);
        const parsed = parseEvent(entry.event);
        return 'event' in parsed ? [{ event: parsed.event, sequence: entry.sequence }] : [];
      }),
  };
}

describe('the evidence of a law', () => {
  it('given several uses, then the newest is shown', async () => {
    const found = await findEvidence(ledgerOf([started, started, blocked]), ['X1'], depth);
    expect(found.get('X1')).toMatchObject({
      of: 'event',
      sequence: 2,
      what: expect.stringContaining(receiptId),
    });
  });

  it('given a refusal, then it is shown over a use that is newer', async () => {
    const found = await findEvidence(ledgerOf([refusedAt('unconsumed'), started]), ['P4'], depth);
    expect(found.get('P4')).toMatchObject({
      sequence: 1,
      what: `a job that claimed ${receiptId} was refused at unconsumed: Why.`,
    });
  });

  it('given a refusal at another check, then it shows nothing of this law', async () => {
    const found = await findEvidence(ledgerOf([refusedAt('mode'), started]), ['P4'], depth);
    expect(found.get('P4')).toMatchObject({ sequence: 2 });
  });

  it('given none, then that is told apart from a law that no event can show', async () => {
    const found = await findEvidence(ledgerOf([started]), ['D1', 'P7'], depth);
    expect(found.get('D1')).toEqual({ of: 'none_yet' });
    expect(found.get('P7')).toEqual({ of: 'no_event' });
  });

  it('given an event of a type this release does not know, then it is passed over', async () => {
    const found = await findEvidence(ledgerOf([started, unknown]), ['L1'], depth);
    expect(found.get('L1')).toMatchObject({ sequence: 1 });
  });

  it('given its signature does not hold, then nothing is shown at all', async () => {
    await expect(findEvidence(ledgerOf([started], [1]), ['X1'], depth)).rejects.toThrow(/signature over 1/);
  });

  it('reads no further back than needed, and never beyond the depth', async () => {
    const enough = ledgerOf([blocked, started, started]);
    await findEvidence(enough, ['X1'], depth);
    expect(enough.read).toEqual([3]);
    const deep = ledgerOf([blocked, started, started, started]);
    const found = await findEvidence(deep, ['D1'], 2);
    expect(deep.read).toEqual([4, 3]);
    expect(found.get('D1')).toEqual({ of: 'none_yet' });
  });

  it('given an empty ledger, then there is none yet', async () => {
    expect((await findEvidence(ledgerOf([]), ['E1'], depth)).get('E1')).toEqual({ of: 'none_yet' });
  });
});
