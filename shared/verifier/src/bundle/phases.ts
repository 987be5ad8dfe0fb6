import { type Members, membersOf } from '../meaning/record.js';
import type { BundleEntry } from './entries.js';
import { gateAnswers, operationOf, presentedReceipt } from './gate-answers.js';

/** What entries name by digest instead of holding it: from a blob, where it is there still. */
export interface BundleBodies {
  readonly plan: unknown;
  /** By operation id. */
  readonly operations: ReadonlyMap<string, unknown>;
}

type Said = Pick<BundleEntry, 'entry' | 'place' | 'unknown'>;

interface Event {
  readonly sequence: number;
  readonly type: string;
  readonly operationId: string;
  readonly data: Members;
}

/** The events of entries whose meaning this release knows, in the order of the ledger. */
const eventsOf = (entries: readonly Said[]): Event[] =>
  entries
    .filter(({ unknown }) => !unknown)
    .map(({ entry, place: { stream, type } }) => ({
      ...{ sequence: entry.sequence, type, operationId: operationOf(stream) },
      data: membersOf(entry.event['data']),
    }));

/** A value in its event, or else from a blob. */
const contained = (value: unknown, body: unknown): unknown => membersOf(value)['inline'] ?? body ?? null;

const isType =
  (...types: readonly string[]) =>
  ({ type }: Event): boolean =>
    types.includes(type);

/** What the entries of a run say, told in the phases of its proof. Nothing in it that is not theirs, but for the bodies. */
export function phasesOf(entries: readonly Said[], bodies: BundleBodies) {
  const events = eventsOf(entries);
  return {
    plan: planPhase(events, bodies),
    authorization: authorizationPhase(events),
    execution: executionPhase(events),
    run: runOf(entries, events),
  };
}

function runOf([first]: readonly Said[], events: readonly Event[]) {
  const ends = events.filter(isType('run.completed'));
  return {
    run_id: first?.entry.event['run_id'] ?? null,
    tenant_id: first?.entry.event['tenant_id'] ?? null,
    mode: first?.entry.event['mode'] ?? null,
    status: ends.at(-1)?.data['status'] ?? null,
  };
}

function planPhase(events: readonly Event[], bodies: BundleBodies) {
  const generated = events.find(isType('plan.generated'));
  return {
    sequence: generated?.sequence ?? null,
    plan_digest: generated?.data['plan_digest'] ?? null,
    plan: generated === undefined ? null : contained(generated.data['plan'], bodies.plan),
    operations: events.filter(isType('operation.planned')).map(({ sequence, operationId, data }) => ({
      sequence,
      operation_id: operationId,
      operation_kind: data['operation_kind'] ?? null,
      operation_digest: data['operation_digest'] ?? null,
      blocked_by_mode: data['blocked_by_mode'] ?? null,
      operation:
        data['operation'] === null ? null : contained(data['operation'], bodies.operations.get(operationId)),
    })),
  };
}

function authorizationPhase(events: readonly Event[]) {
  const signed = (type: string, member: string) =>
    events.filter(isType(type)).map(({ sequence, data }) => {
      const { signatures, ...claims } = membersOf(data[member]);
      return { sequence, claims, ed25519: membersOf(signatures)['ed25519'] ?? null };
    });
  const picked = (some: readonly Event[], member: string) =>
    some.map(({ sequence, data }) => ({ sequence, [member]: data[member] ?? null }));
  return {
    approvals: picked(
      events.filter(isType('approval.granted', 'approval.denied', 'approval.withdrawn')),
      'approval',
    ),
    evidence: picked(events.filter(isType('evidence.recorded')), 'evidence'),
    decisions: events.filter(isType('operation.authorized')).map(({ sequence, operationId, data }) => ({
      sequence,
      operation_id: operationId,
      decision_id: data['decision_id'] ?? null,
      policy_digest: data['policy_digest'] ?? null,
      evidence_digest: data['evidence_digest'] ?? null,
      valid_until: data['valid_until'] ?? null,
    })),
    receipts: signed('receipt.issued', 'receipt'),
    advisories: signed('receipt.advised', 'advisory'),
  };
}

/** How an operation came to where it is, beside what the gate answered. */
const outcomeTypes: readonly string[] = [
  'operation.blocked',
  'operation.succeeded',
  'operation.failed',
  'operation.refused',
  'operation.uncertain',
  'operation.reconciled',
  'operation.skipped',
  'receipt.advised',
  'receipt.revoked',
  'effect.drifted',
  'effect.restored',
];

function executionPhase(events: readonly Event[]) {
  return {
    gate: events.flatMap(({ sequence, type, operationId, data }) => {
      const checks = gateAnswers(type, data);
      if (checks === undefined) return [];
      const execution_id = data['execution_id'] ?? null;
      return [
        {
          ...{ sequence, type, operation_id: operationId, receipt_id: presentedReceipt(data) },
          ...{ execution_id, checks },
        },
      ];
    }),
    outcomes: events.filter(isType(...outcomeTypes)).map(({ sequence, type, operationId, data }) => ({
      ...{ sequence, type, operation_id: operationId, audit: data['audit'] ?? null },
    })),
  };
}
