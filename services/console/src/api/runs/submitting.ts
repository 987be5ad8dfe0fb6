import { type EventData, InputError, type PlanRequest, runStream } from '@marketops/contracts';
import { appendAndEnqueue, newUlid } from '@marketops/engine';
import {
  enqueuePlan,
  hasPlanner,
  type Live,
  OperatorError,
  refuseForgetful,
  type Submission,
  sealRequest,
  submissionOf,
} from '@marketops/operator';
import { canonicalJson, digestOf } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { RunRetiredError, StoreError } from '@marketops/store';
import type { World } from '../../world/world.js';

/** How long a caller waits for the ledger’s word before being told that it is not known yet. */
const acknowledgementMs = 10_000;
/** As the planner: what is larger stands in a blob. */
const inlineBytesMax = 2_500;
const attemptsMax = 8;

/** A request under the key it came with. @throws InputError `request_invalid` where header and body name different ones */
export function keyOf(header: string | undefined, request: PlanRequest): string {
  const own = request.idempotency_key;
  if (header !== undefined && own !== undefined && header !== own) {
    const message = 'names another key than the Idempotency-Key header';
    throw new InputError('request_invalid', 'the request has two idempotency keys', {
      next: 'Send one of them, or the same twice.',
      faults: [{ path: 'idempotency_key', message }],
    });
  }
  return header ?? own ?? `api-${newUlid()}`;
}

/**
 * Takes a request in: it is appended as `plan.requested`, signed by this carrier, acknowledged by the ledger, and only then handed to
 * the planner and answered for. Should this process end in between, the sweeper hands it on.
 * @throws InputError `principal_not_allowed`, `idempotency_conflict`; OperatorError `timed_out` where the ledger has not
 * acknowledged it: the same request again finds out; StoreError
 */
export async function submit(
  world: World,
  {
    principal,
    request,
    key,
  }: { readonly principal: string; readonly request: PlanRequest; readonly key: string },
) {
  refuseSalt(request);
  const loaded = world.loaded();
  refuseStranger(loaded, principal);
  const asked = submissionOf(loaded, principal, key, { ...request, idempotency_key: key });
  const live = await world.reading.live();
  refuseForgetful(live, loaded, request.mode);
  const submission = await sealRequest(loaded, live, asked);
  if (submission.request.sealed === true && submission.job === undefined)
    throw new OperatorError(
      'redis_unreachable',
      'a sealed request cannot be sealed here: the blob store takes no writes',
      {
        next: 'Give the console write access to the blobs folder, or hand the plan in with marketops submit.',
      },
    );
  const { known, seq } = await recorded(world, submission);
  const stream = runStream(submission.runId);
  if (seq !== undefined) await untilAcknowledged(world, stream, seq);
  const { retired } = await enqueuePlan(live, submission);
  return {
    run_id: submission.runId,
    tenant_id: request.tenant_id,
    principal,
    mode: request.mode,
    idempotency_key: key,
    operations: request.operations.length,
    known,
    retired: retired === undefined ? null : { status: retired.status, ended_at: retired.endedAt },
    retry_of: request.retry_of ?? null,
    planner_working: (await hasPlannerSoon(live, principal)) ?? null,
  };
}

/** In words that name nobody else: whose systems ask here is not for every key to know. @throws InputError */
function refuseStranger({ config }: ReturnType<World['loaded']>, principal: string): void {
  if (Object.hasOwn(config.principals, principal)) return;
  throw new InputError('principal_not_allowed', `${principal} is no principal that may ask for runs here`, {
    next: 'Ask with a key of one that is, or have it added to principals of marketops.yml.',
  });
}

/** The planner makes salts, and one of somebody’s own choosing would hide nothing. @throws InputError */
function refuseSalt(request: PlanRequest): void {
  if (request.salt === undefined) return;
  throw new InputError('request_invalid', 'the request brings a salt of its own', {
    next: 'Leave it out: write sealed: true to have the run sealed.',
    faults: [{ path: 'salt', message: 'is not for requests' }],
  });
}

interface Recorded {
  readonly known: boolean;
  /** Where the request stands in its stream; undefined for a run that has left Redis. */
  readonly seq: number | undefined;
}

/** Appends the request, unless it stands there already. @throws InputError `idempotency_conflict` */
async function recorded({ engine }: World, submission: Submission): Promise<Recorded> {
  const { principal, request, idempotencyKey, runId, job } = submission;
  const { idempotency_key: _, ...rest } = request;
  const digest = digestOf(nodeCrypto, rest);
  const stream = runStream(runId);
  const bytes = canonicalJson(request);
  const sealed = job?.['sealed'] as EventData<'plan.requested'>['request'] extends infer Contained
    ? Extract<Contained, { sealed: unknown }>['sealed'] | undefined
    : never;
  const inBlob = sealed === undefined && Buffer.byteLength(bytes) > inlineBytesMax;
  const contained =
    sealed !== undefined
      ? { sealed }
      : inBlob
        ? { blob: `sha256:${nodeCrypto.sha256Hex(bytes)}` }
        : { inline: request };
  for (let attempt = 0; ; attempt += 1) {
    const standing = await standingRequest(engine.reader, stream);
    if (standing === 'retired') return { known: true, seq: undefined };
    if (standing !== undefined) {
      if (standing.data.request_digest === digest) return { known: true, seq: standing.seq };
      throw new InputError(
        'idempotency_conflict',
        `the idempotency key ${idempotencyKey} already names ${runId}, which was asked for something else`,
        { next: 'Use a new idempotency key for a new request.' },
      );
    }
    try {
      await appendAndEnqueue(engine, {
        context: {
          ...{ tenantId: request.tenant_id, runId, mode: request.mode, correlationId: runId },
          causationId: `plans:${idempotencyKey}`.slice(0, 200),
        },
        streams: [
          {
            stream,
            afterSeq: 0,
            events: [
              {
                type: 'plan.requested',
                data: {
                  principal,
                  idempotency_key: idempotencyKey,
                  request_digest: digest,
                  request: contained,
                },
              },
            ],
          },
        ],
        blobs: inBlob ? [bytes] : [],
        jobs: [],
        deadline: { runId, atMs: Date.now() + engine.loaded.tuning.runDeadlineMs },
      });
      return { known: false, seq: 1 };
    } catch (fault) {
      const isSecond =
        fault instanceof RunRetiredError || (fault instanceof StoreError && fault.code === 'append_conflict');
      if (!isSecond || attempt >= attemptsMax) throw fault;
    }
  }
}

/** What was asked for under this run’s id before; `enqueuePlan` judges what has left Redis. */
async function standingRequest(reader: World['engine']['reader'], stream: string) {
  try {
    const [view] = await reader.read([stream]);
    for (const event of view?.events ?? []) {
      if (event.type === 'plan.requested') return event;
      // It was refused at the planner’s door under this key: another request needs another key.
      if (event.type === 'plan.rejected') return 'retired' as const;
    }
    return undefined;
  } catch (fault) {
    if (fault instanceof RunRetiredError) return 'retired' as const;
    throw fault;
  }
}

/** @throws OperatorError `timed_out` */
async function untilAcknowledged(world: World, stream: string, seq: number): Promise<void> {
  const [view] = await world.engine.reader.read([stream]);
  const awaited = { seq, digest: view?.digests[seq - 1] ?? '' };
  if (await world.acknowledgements.waitFor(stream, awaited, acknowledgementMs)) return;
  throw new OperatorError(
    'timed_out',
    `the ledger has not acknowledged it within ${acknowledgementMs / 1_000} s: it may stand, and is not durable yet`,
    {
      next: 'Send the same again with the same idempotency key: it is the same run. See that the ledger runs.',
    },
  );
}

const plannerLookMs = 1_000;
/** A nicety that must not hold up the answer. */
const hasPlannerSoon = (live: Live, principal: string): Promise<boolean | undefined> =>
  Promise.race([
    hasPlanner(live, principal),
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), plannerLookMs).unref()),
  ]);
