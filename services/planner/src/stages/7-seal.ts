import {
  type Contained,
  type EventDraft,
  operationStream,
  type PlanRequest,
  type Reason,
  runStream,
} from '@marketops/contracts';
import { type CryptoPort, canonicalJson, digestOf, type SealedSubject } from '@marketops/proof';
import type { AppendedStream } from '@marketops/store';
import type { PlanIdentity, Planned } from './5-plan.js';
import type { Facts } from './facts.js';
import {
  operationSubject,
  planSubject,
  requestSubject,
  type SealedValue,
  type Sealing,
  withheld,
} from './sealing.js';

/**
 * Above this size a value goes into a blob, which leaves room for the rest of the event's data, and for a thousand
 * operations in one append.
 */
const inlineBytesMax = 2_500;
export const fitsInline = (bytes: string): boolean =>
  bytes.length <= inlineBytesMax && Buffer.byteLength(bytes) <= inlineBytesMax;

export interface Sealed {
  readonly planDigest: string;
  readonly streams: AppendedStream[];
  /** Texts to make durable before the events that name them. */
  readonly blobs: string[];
  /** Encrypted values, likewise; empty for a run that is not sealed. */
  readonly sealed: SealedValue[];
}

export interface SealInput {
  readonly identity: PlanIdentity;
  readonly idempotencyKey: string;
  readonly request: PlanRequest;
  readonly facts: Facts;
  readonly planned: Planned;
  /** Why operations of a dry run were blocked. */
  readonly blocked: ReadonlyMap<string, Reason>;
  /** 0 when the request itself is yet to be recorded. */
  readonly runSeq: number;
  /** The event at that seq. */
  readonly runLastId?: string | undefined;
}

/** What a decision has to make durable before its events. */
export interface Durable {
  readonly blobs: string[];
  readonly sealed: SealedValue[];
}

/**
 * Puts a value, given with its canonical bytes, into its event, or into a blob that is added to `durable`: an encrypted one
 * where the run is sealed, whatever its size.
 */
export const containing =
  (crypto: CryptoPort, { blobs, sealed }: Durable, sealing: Sealing | undefined) =>
  <Value>(subject: SealedSubject, value: Value, bytes: string): Contained<Value> => {
    if (sealing !== undefined) {
      const made = sealing.seal(subject, bytes);
      sealed.push(made);
      return { sealed: made.ref };
    }
    if (fitsInline(bytes)) return { inline: value };
    blobs.push(bytes);
    return { blob: `sha256:${crypto.sha256Hex(bytes)}` };
  };

/** Stage 7: the plan as events, each op's in its own stream, all in one append. Data in canonical order, as in stage 5. */
export function seal(crypto: CryptoPort, input: SealInput): Sealed {
  const durable: Durable = { blobs: [], sealed: [] };
  const { identity, planned, request } = input;
  const { sealing } = identity;
  const contain = containing(crypto, durable, sealing);
  const planBytes = canonicalJson(planned.plan);
  const planDigest = crypto.sha256Hex(planBytes);
  const runEvents: EventDraft[] = [];
  if (input.runSeq === 0) {
    const contained = contain(requestSubject(identity), request, canonicalJson(request));
    runEvents.push(requestedDraft(identity, input.idempotencyKey, contained));
  }
  const shipping = planned.plan.operations.filter((operation) => operation.would_ship).length;
  runEvents.push({
    type: 'plan.generated',
    data: {
      // What was read holds what was asked for: the salt hides it here as well.
      facts_digest: digestOf(
        crypto,
        planned.plan.salt === undefined ? input.facts : { facts: input.facts, salt: planned.plan.salt },
      ),
      operations: planned.plan.operations.length,
      plan: contain(planSubject(identity), planned.plan, planBytes),
      plan_digest: planDigest,
      would_not_ship: planned.plan.operations.length - shipping,
      would_ship: shipping,
    },
  });
  const streams: AppendedStream[] = [
    {
      stream: runStream(identity.runId),
      afterSeq: input.runSeq,
      afterId: input.runLastId,
      events: runEvents,
    },
  ];
  for (const item of planned.plan.operations) {
    const whole = planned.operations.get(item.operation_id);
    const events: EventDraft[] = [
      {
        type: 'operation.planned',
        data: {
          blocked_by_mode: item.blocked_by_mode,
          depends_on: item.depends_on,
          operation:
            whole === undefined
              ? null
              : contain(operationSubject(identity, item.operation_id), whole.operation, whole.bytes),
          operation_digest: item.operation_digest,
          operation_id: item.operation_id,
          operation_kind: item.kind,
          plan_digest: planDigest,
        },
      },
    ];
    const standing = standingDraft(item, input.blocked.get(item.operation_id), sealing !== undefined);
    if (standing !== undefined) events.push(standing);
    streams.push({ stream: operationStream(identity.runId, item.operation_id), afterSeq: 0, events });
  }
  return { planDigest, streams, ...durable };
}

/** Blocked in a dry run; skipped in prod when a prerequisite is missing; otherwise it goes on to federation. */
function standingDraft(
  item: Planned['plan']['operations'][number],
  blocked: Reason | undefined,
  isSealed: boolean,
): EventDraft | undefined {
  const { operation_id } = item;
  if (item.blocked_by_mode) {
    const reason = blocked ?? {
      code: 'blocked_by_mode',
      message: 'This is a dry run, and a prerequisite is missing as well.',
      remedy: 'See the missing prerequisites, then submit the plan with mode: prod.',
    };
    return { type: 'operation.blocked', data: { operation_id, reason } };
  }
  const [reason] = item.reasons;
  if (reason === undefined) return undefined;
  return {
    type: 'operation.skipped',
    data: { operation_id, reason: isSealed ? withheld(reason) : reason },
  };
}

export function requestedDraft(
  identity: PlanIdentity,
  idempotencyKey: string,
  request: Contained<PlanRequest>,
): EventDraft {
  return {
    type: 'plan.requested',
    data: {
      idempotency_key: idempotencyKey,
      principal: identity.principal,
      request,
      request_digest: identity.requestDigest,
    },
  };
}
