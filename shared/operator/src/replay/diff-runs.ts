import {
  type MarketOpsEvent,
  type Operation,
  type PublicationPlan,
  repositoryFullName,
} from '@marketops/contracts';
import { canonicalJson, digestOf } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { RecordedEvent } from './source/recorded.js';
import { beforeAnything, type RunAsOf, step } from './states/run-fold.js';

/** A run as two are held against one another: without its ids, times and signatures. */
export interface ComparableRun {
  readonly runId: string;
  readonly asOf: RunAsOf;
  readonly plan: PublicationPlan | undefined;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly events: readonly RecordedEvent[];
}

/** One thing of which two runs say the same or not; null where one of them has nothing of it. */
export interface ComparedRow {
  readonly about: 'run' | 'plan' | 'decision' | 'outcome';
  readonly operationId: string | null;
  readonly one: string | null;
  readonly other: string | null;
  readonly same: boolean;
}

/** Where a stream of both runs first says something else. */
export interface FirstDifference {
  readonly subject: string;
  readonly one: RecordedEvent | undefined;
  readonly other: RecordedEvent | undefined;
  /** What the two say otherwise, by the names of their members; empty where one says nothing or another thing. */
  readonly differs: readonly string[];
}

export interface RunDifference {
  readonly rows: readonly ComparedRow[];
  /** The earliest in the ledger's order of the first run; undefined where they say the same all along. */
  readonly first: FirstDifference | undefined;
}

export const foldAll = (events: readonly RecordedEvent[]): RunAsOf =>
  events.reduce((asOf, { event }) => step(asOf, event).next, beforeAnything);

/** Plan, decisions and outcomes side by side. Pure. */
export function diffRuns(one: ComparableRun, other: ComparableRun): RunDifference {
  const ids = [...new Set([...operationIds(one), ...operationIds(other)])];
  const row = (
    about: ComparedRow['about'],
    operationId: string | null,
    tell: (run: ComparableRun) => string | null,
  ): ComparedRow => {
    const [ours, theirs] = [tell(one), tell(other)];
    return { about, operationId, one: ours, other: theirs, same: ours === theirs };
  };
  const rows = [
    row('run', null, runText),
    ...ids.map((id) => row('plan', id, (run) => planText(run, id))),
    ...ids.map((id) => row('decision', id, (run) => decisionText(run, id))),
    ...ids.map((id) => row('outcome', id, (run) => outcomeText(run, id))),
    row('outcome', null, ({ asOf }) => asOf.run.completed?.data.status ?? null),
  ];
  return { rows, first: firstDifference(one, other) };
}

const operationIds = ({ plan, asOf }: ComparableRun): string[] =>
  plan?.operations.map(({ operation_id }) => operation_id) ?? [...asOf.operations.keys()];

const runText = ({ asOf: { run } }: ComparableRun): string =>
  [run.mode, `for ${run.tenantId}`, `asked by ${run.requested?.data.principal ?? '?'}`, run.status].join(
    ', ',
  );

function planText({ plan, operations }: ComparableRun, id: string): string | null {
  const item = plan?.operations.find(({ operation_id }) => operation_id === id);
  if (item === undefined) return null;
  const operation = operations.get(id);
  const where = operation === undefined ? item.repository : repositoryFullName(operation.repository);
  const ships = item.would_ship
    ? 'would ship'
    : `would not: ${item.reasons.map(({ code }) => code).join(', ')}`;
  const after = item.depends_on.length === 0 ? '' : `, after ${item.depends_on.join(', ')}`;
  const digest = operation === undefined ? '' : `, ${digestOf(nodeCrypto, operation).slice(0, 12)}…`;
  return `${item.kind} in ${where}${after}; ${ships}${digest}`;
}

function decisionText({ asOf }: ComparableRun, id: string): string | null {
  const state = asOf.operations.get(id);
  if (state === undefined) return null;
  const { issued, advised, revoked } = state;
  if (revoked !== undefined) return `revoked: ${revoked.data.reason.code}`;
  if (issued !== undefined)
    return `authorized by policies ${issued.data.receipt.policy_digest.slice(0, 12)}…, receipts: ${state.receipts.length}`;
  if (advised === undefined) return 'not decided';
  const { reasons, policy_digest: policy } = advised.data.advisory;
  return `advised against by policies ${policy.slice(0, 12)}…: ${reasons.map(({ code }) => code).join(', ')}`;
}

function outcomeText({ asOf }: ComparableRun, id: string): string | null {
  const state = asOf.operations.get(id);
  if (state === undefined) return null;
  const { outcome, skipped } = state;
  const code = outcome === undefined ? skipped?.data.reason.code : outcome.data.audit.error_code;
  return code == null ? state.phase : `${state.phase} (${code})`;
}

function firstDifference(one: ComparableRun, other: ComparableRun): FirstDifference | undefined {
  const [ours, theirs] = [bySubject(one), bySubject(other)];
  const differences = [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((subject) => {
    const [left, right] = [ours.get(subject) ?? [], theirs.get(subject) ?? []];
    for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
      const [was, is] = [left[at], right[at]];
      if (was === undefined || is === undefined || essence(was.event) !== essence(is.event))
        return [{ subject, one: was, other: is, differs: differing(was, is) }];
    }
    return [];
  });
  const placeOf = (difference: FirstDifference): number =>
    difference.one === undefined ? Infinity : one.events.indexOf(difference.one);
  return differences.toSorted((a, b) => placeOf(a) - placeOf(b))[0];
}

function bySubject({ events }: ComparableRun): Map<string, RecordedEvent[]> {
  const subjects = new Map<string, RecordedEvent[]>();
  for (const recorded of events) {
    const subject = recorded.event.stream.split('/')[2] ?? 'run';
    subjects.set(subject, [...(subjects.get(subject) ?? []), recorded]);
  }
  return subjects;
}

/** Members that say what was decided; everything else is ids, times, digests of those, and words for people. */
const telling: ReadonlySet<string> = new Set([
  ...['code', 'check', 'status', 'found', 'by', 'drift', 'marker', 'verdict', 'error_code', 'mode'],
  ...['operation_kind', 'operation_digest', 'blocked_by_mode', 'depends_on', 'policy_digest', 'would_ship'],
  ...['would_not_ship', 'approver', 'principal', 'kind', 'value', 'adopted'],
]);

/** What an event says, apart from when, where and by which ids it says it. */
const essence = (event: MarketOpsEvent): string => canonicalJson([event.type, membersOf(event)]);

const membersOf = ({ mode, data }: MarketOpsEvent): Readonly<Record<string, unknown>> => ({
  ...(essenceOf(data) as Record<string, unknown>),
  mode,
});

function differing(one: RecordedEvent | undefined, other: RecordedEvent | undefined): string[] {
  if (one === undefined || one.event.type !== other?.event.type) return [];
  const [ours, theirs] = [membersOf(one.event), membersOf(other.event)];
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  const told = (value: unknown) => (value === undefined ? 'nothing' : canonicalJson(value));
  return names
    .filter((name) => told(ours[name]) !== told(theirs[name]))
    .map((name) => `${name}: ${told(ours[name])}, not ${told(theirs[name])}`);
}

function essenceOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essenceOf);
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
      // The plan is compared operation by operation.
      if (name === 'inline' || name === 'blob') return [];
      if (telling.has(name)) return [[name, typeof member === 'object' ? canonicalJson(member) : member]];
      return typeof member === 'object' && member !== null ? [[name, essenceOf(member)]] : [];
    }),
  );
}
