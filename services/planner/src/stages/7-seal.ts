import {
  type EventDraft,
  operationStream,
  type PlanRequest,
  type Reason,
  runStream,
} from '@marketops/contracts';
import { type CryptoPort, canonicalJson, digestOf } from '@marketops/proof';
import type { PlanIdentity, Planned } from './5-plan.js';
import type { Facts } from './facts.js';

/**
 * Above this size a value goes into a blob, which leaves room for the rest of the event's data, and for a thousand
 * operations in one append.
 */
const inlineBytesMax = 2_500;
export const fitsInline = (bytes: string): boolean =>
  bytes.length <= inlineBytesMax && Buffer.byteLength(bytes) <= inlineBytesMax;

export interface Sealed {
  readonly planDigest: string;
  readonly streams: { readonly stream: string; readonly afterSeq: number; readonly events: EventDraft[] }[];
  /** Texts to make durable before the events that name them. */
  readonly blobs: string[];
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
}

/** Puts a value, given with its canonical bytes, into its event, or into a blob that is added to `blobs`. */
export const containing =
  (crypto: CryptoPort, blobs: string[]) =>
  <Value>(value: Value, bytes: string): { inline: Value } | { blob: string } => {
    if (fitsInline(bytes)) return { inline: value };
    blobs.push(bytes);
    return { blob: `sha256:${crypto.sha256Hex(bytes)}` };
  };

/** Stage 7: the plan as events, each op's in its own stream, all in one append. Data in canonical order, as in stage 5. */
export function seal(crypto: CryptoPort, input: SealInput): Sealed {
  const blobs: string[] = [];
  const contain = containing(crypto, blobs);
  const { identity, planned, request } = input;
  const planBytes = canonicalJson(planned.plan);
  const planDigest = crypto.sha256Hex(planBytes);
  const runEvents: EventDraft[] = [];
  if (input.runSeq === 0) {
    runEvents.push(requestedDraft(identity, input.idempotencyKey, contain(request, canonicalJson(request))));
  }
  const shipping = planned.plan.operations.filter((operation) => operation.would_ship).length;
  runEvents.push({
    type: 'plan.generated',
    data: {
      facts_digest: digestOf(crypto, input.facts),
      operations: planned.plan.operations.length,
      plan: contain(planned.plan, planBytes),
      plan_digest: planDigest,
      would_not_ship: planned.plan.operations.length - shipping,
      would_ship: shipping,
    },
  });
  const streams = [{ stream: runStream(identity.runId), afterSeq: input.runSeq, events: runEvents }];
  for (const item of planned.plan.operations) {
    const whole = planned.operations.get(item.operation_id);
    const events: EventDraft[] = [
      {
        type: 'operation.planned',
        data: {
          blocked_by_mode: item.blocked_by_mode,
          depends_on: item.depends_on,
          operation: whole === undefined ? null : contain(whole.operation, whole.bytes),
          operation_digest: item.operation_digest,
          operation_id: item.operation_id,
          operation_kind: item.kind,
          plan_digest: planDigest,
        },
      },
    ];
    const standing = standingDraft(item, input.blocked.get(item.operation_id));
    if (standing !== undefined) events.push(standing);
    streams.push({ stream: operationStream(identity.runId, item.operation_id), afterSeq: 0, events });
  }
  return { planDigest, streams, blobs };
}

/** Blocked in a dry run; skipped in prod when a prerequisite is missing; otherwise it goes on to federation. */
function standingDraft(
  item: Planned['plan']['operations'][number],
  blocked: Reason | undefined,
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
  return reason === undefined ? undefined : { type: 'operation.skipped', data: { operation_id, reason } };
}

export function requestedDraft(
  identity: PlanIdentity,
  idempotencyKey: string,
  request: { inline: PlanRequest } | { blob: string },
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
