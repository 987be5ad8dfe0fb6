import { operationStream } from '@marketops/contracts';
import { membersOf } from '../meaning/record.js';
import type { BundleEntry } from './entries.js';
import { BundleError } from './errors.js';

/**
 * How much of a run a bundle is known to hold. Every stream is gapless from seq 1 to the seq here, and all streams the plan made
 * are here. That a stream has no later event is nowhere proven: an inclusion proof says what is in a log, not what is not.
 * So from `last_sequence` to the checkpoint's size there may be more of the run (a redrive, a drift, a cancel), and after it.
 */
export interface CompleteUpTo {
  /** The last entry of the run that is here. */
  readonly last_sequence: number;
  /** How many entries the log had when the checkpoint was signed. */
  readonly checkpoint_size: number;
  readonly streams: readonly {
    readonly stream: string;
    readonly seq: number;
    readonly sequence: number;
  }[];
}

export function completeUpTo(entries: readonly BundleEntry[], checkpointSize: number): CompleteUpTo {
  const streams = new Map<string, CompleteUpTo['streams'][number]>();
  for (const { entry, place } of entries)
    streams.set(place.stream, { stream: place.stream, seq: place.seq, sequence: entry.sequence });
  return {
    last_sequence: entries.at(-1)?.entry.sequence ?? 0,
    checkpoint_size: checkpointSize,
    streams: [...streams.values()],
  };
}

const ends: ReadonlySet<string> = new Set([
  'operation.succeeded',
  'operation.failed',
  'operation.refused',
  'operation.uncertain',
  'operation.reconciled',
  'operation.skipped',
  'receipt.advised',
]);

/**
 * What entries that are here say of entries that must be: a plan names its operations, each of which has a stream; the end of a
 * run counts operations, each of which had ended before.
 * @throws BundleError `bundle_incomplete`
 */
export function checkComplete(entries: readonly BundleEntry[], runId: string, plan: unknown): void {
  const planned = new Set<string>();
  const ended = new Set<string>();
  const succeeded = new Set<string>();
  let generated: BundleEntry | undefined;
  for (const one of entries) {
    const { entry, place } = one;
    const data = membersOf(entry.event['data']);
    if (place.type === 'operation.planned') planned.add(place.stream);
    if (ends.has(place.type)) ended.add(place.stream);
    if (place.type === 'operation.succeeded' || data['found'] === 'effect') succeeded.add(place.stream);
    if (place.type === 'plan.generated') generated = one;
    if (place.type === 'run.completed') {
      const counts = ['succeeded', 'failed', 'blocked', 'skipped', 'uncertain'].map((name) =>
        countOf(data[name]),
      );
      const all = counts.reduce((sum, count) => sum + count, 0);
      if (all > ended.size || (counts[0] ?? 0) > succeeded.size)
        throw incomplete(entry.sequence, 'it counts more operations that had ended than are here');
    }
  }
  const first = entries[0];
  if (first !== undefined && first.place.stream !== `run/${runId}`)
    throw incomplete(first.entry.sequence, 'nothing of the run itself stands before it');
  if (generated !== undefined) checkPlanned(generated, planned, runId, plan);
}

function checkPlanned(
  { entry }: BundleEntry,
  planned: ReadonlySet<string>,
  runId: string,
  plan: unknown,
): void {
  const named = membersOf(plan)['operations'];
  for (const operation of Array.isArray(named) ? named : []) {
    const stream = operationStream(runId, String(membersOf(operation)['operation_id']));
    if (!planned.has(stream)) throw incomplete(entry.sequence, `it plans ${stream}, which is not here`);
  }
  const count = countOf(membersOf(entry.event['data'])['operations']);
  if (planned.size < count)
    throw incomplete(entry.sequence, `it plans ${count} operations, of which ${planned.size} are here`);
}

const countOf = (value: unknown): number => (Number.isSafeInteger(value) ? (value as number) : 0);

const incomplete = (sequence: number, what: string): BundleError =>
  new BundleError('bundle_incomplete', `entry ${sequence}: ${what}.`, { sequence });
