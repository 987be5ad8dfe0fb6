import type { MarketOpsEvent } from '@marketops/contracts';
import type { LocatedEntry } from '@marketops/journal';
import type { RunRecord, Runs } from '@marketops/operator';
import { beforeAnything, changesOf, knewOf, type PlacedEvent, step } from '@marketops/operator/reading';
import { eventText, type Phase, type Tone } from '@marketops/operator/words';
import type { z } from '../define.js';
import type { LedgerEntry, Moment, TimelineStep, TimelineView } from './history.js';

type Timeline = z.input<typeof TimelineView>;
type Step = z.input<typeof TimelineStep>;

const tones: Readonly<Record<Tone, Step['tone']>> = {
  good: 'good',
  bad: 'bad',
  warn: 'waiting',
  dim: 'neutral',
  plain: 'neutral',
};

/** Where each entry stands in the chain, by its number. */
export type Chain = ReadonlyMap<number, LocatedEntry>;

export async function chainOf({ ledger }: Runs, runId: string): Promise<Chain> {
  const entries = (await ledger?.index.entriesOfRun(runId)) ?? [];
  return new Map(entries.map((one) => [one.entry.sequence, one]));
}

const chainView = (located: LocatedEntry | undefined): Step['chain'] => {
  if (located === undefined) return null;
  const { sequence, prev_hash, event_digest, statement_digest } = located.entry;
  return { sequence, hash: located.hash, prev_hash, event_digest, statement_digest };
};

/** Plan, authorize, execute, prove: a phase lasts from its first to its last event, and they overlap. Pure. */
export function timelineView(record: RunRecord, chain: Chain): Timeline {
  const { events, claims, run } = record;
  const startMs = Math.min(...events.map(({ event }) => Date.parse(event.time)));
  const placed = [
    ...events.map((one) => ({ ...one, verified: true })),
    ...claims.map((one) => ({ ...one, verified: false })),
  ].sort((a, b) => (a.sequence ?? Infinity) - (b.sequence ?? Infinity));
  const numbered = numbersOf(events);
  const steps = placed.map(({ event, sequence, verified }) => {
    const { phase, tone, text, subject } = eventText(event);
    const shown: Step = {
      number: numbered.get(event.id) ?? 0,
      ...{ event_id: event.id, stream: event.stream, seq: event.seq, type: event.type },
      ...{ actor: event.actor, time: event.time, data: { ...event.data } },
      offset_ms: Date.parse(event.time) - startMs,
      operation_id: subject === '' ? null : subject,
      text,
      tone: tones[tone],
      receipt_id: receiptOf(event),
      verified,
      chain: chainView(sequence === undefined ? undefined : chain.get(sequence)),
    };
    return { phase, shown };
  });
  const phases = (['plan', 'authorize', 'execute', 'prove'] as const).map((phase) => {
    const own = steps.filter((one) => one.phase === phase).map(({ shown }) => shown);
    const times = own
      .filter(({ verified }) => verified)
      .map(({ time }) => time)
      .sort();
    const [started_at = null, ended_at = null] = [times[0], times.at(-1)];
    return {
      phase,
      status: statusOf(phase, record, own.length > 0),
      started_at,
      ended_at,
      duration_ms:
        started_at === null || ended_at === null ? null : Date.parse(ended_at) - Date.parse(started_at),
      steps: own,
    };
  });
  return { run_id: record.runId, mode: run.mode, phases };
}

type PhaseStatus = Timeline['phases'][number]['status'];

function statusOf(phase: Phase, { run, operations }: RunRecord, begun: boolean): PhaseStatus {
  const ended = run.status === 'completed' || run.status === 'rejected';
  const phases = operations.map(({ state }) => state.phase);
  switch (phase) {
    case 'plan':
      if (run.status === 'rejected') return 'failed';
      return run.status === 'requested' || run.status === 'none' ? 'under_way' : 'done';
    case 'authorize':
      if (run.mode !== 'prod') return begun || ended ? 'blocked' : 'not_begun';
      if (phases.some((one) => one === 'planned' || one === 'expired') && !ended)
        return begun ? 'under_way' : 'not_begun';
      if (phases.some((one) => one === 'advised')) return 'failed';
      return begun ? 'done' : 'not_begun';
    case 'execute':
      if (run.mode !== 'prod') return begun || ended ? 'blocked' : 'not_begun';
      if (phases.some((one) => one === 'failed' || one === 'refused' || one === 'uncertain')) return 'failed';
      if (!begun) return 'not_begun';
      return ended ? 'done' : 'under_way';
    case 'prove':
      if (ended) return 'done';
      return begun ? 'under_way' : 'not_begun';
  }
}

function receiptOf({ data }: MarketOpsEvent): string | null {
  if ('receipt_id' in data && typeof data.receipt_id === 'string') return data.receipt_id;
  if ('receipt' in data) return data.receipt.receipt_id;
  return 'audit' in data ? data.audit.receipt_id : null;
}

const numbersOf = (events: readonly PlacedEvent[]): ReadonlyMap<string, number> =>
  new Map(events.map(({ event }, at) => [event.id, at + 1]));

/** What each event changed, in the order of the ledger. Pure. */
export function momentsOf({ events }: RunRecord): z.input<typeof Moment>[] {
  let asOf = beforeAnything;
  return events.map(({ event, sequence }, at) => {
    const { subject, next } = step(asOf, event);
    asOf = next;
    return {
      number: at + 1,
      ...{ event_id: event.id, type: event.type, time: event.time },
      ledger_sequence: sequence ?? null,
      operation_id: subject.kind === 'operation' ? subject.operationId : null,
      state: subject.kind === 'operation' ? subject.after.phase : subject.after.status,
      changes: changesOf(subject),
      knew: knewOf(event).map((one) => ({ ...one })),
    };
  });
}

/** An entry of the ledger, and whether the signature over it was verified here. */
export const entryView = ({ entry, hash }: LocatedEntry, verified: boolean): z.input<typeof LedgerEntry> => ({
  sequence: entry.sequence,
  prev_hash: entry.prev_hash,
  hash,
  event_digest: entry.event_digest,
  statement_digest: entry.statement_digest,
  event: entry.event as z.input<typeof LedgerEntry>['event'],
  verified,
});
