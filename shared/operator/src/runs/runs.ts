import { type MarketOpsEvent, operationStream, runStream } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine';
import { ordersIn } from '../erasures/orders.js';
import { OperatorError } from '../errors.js';
import { inOrder } from '../ledger/in-order.js';
import { type LedgerReader, openLedger, type PlacedEvent } from '../ledger/ledger-reader.js';
import { type Blobs, openBlobs } from '../system/inline-or-blob.js';
import { connectLive, type Live } from '../system/live.js';
import { type RunRecord, runRecord } from './run-record.js';

/** Where runs are read from: the ledger first, and Redis for what it has not taken yet. */
export interface Runs {
  readonly ledger: LedgerReader | undefined;
  /** Undefined where Redis does not answer: then only what the ledger has is known. */
  readonly live: Live | undefined;
  readonly blobs: Blobs;
  /** @throws OperatorError `run_not_found` */
  read(runId: string): Promise<RunRecord>;
  close(): Promise<void>;
}

export async function openRuns(loaded: LoadedConfig, env: NodeJS.ProcessEnv): Promise<Runs> {
  const ledger = openLedger(loaded);
  const live = await connectLive(loaded, env).catch((fault: unknown) => {
    if (fault instanceof OperatorError && fault.code === 'redis_unreachable') return undefined;
    throw fault;
  });
  const blobs = openBlobs(loaded.dataDir);
  return {
    ...{ ledger, live, blobs },
    async read(runId) {
      const journaled = (await ledger?.eventsOfRun(runId)) ?? [];
      const tail = live === undefined ? [] : await readTail(live, blobs, runId, journaled);
      const events = [...journaled, ...tail];
      if (events.length === 0) throw notFound(runId, live === undefined);
      const said = (await ledger?.saidOfRun(runId)) ?? [];
      const claims = said.filter(({ event }) => event.type === 'gate.refused');
      return runRecord(runId, events, claims, blobs, ordersIn(loaded, env, said));
    },
    async close() {
      await live?.close();
      await ledger?.close();
    },
  };
}

/** Redis, where there is no doing without. @throws OperatorError `redis_unreachable` */
export function liveOf({ live }: Pick<Runs, 'live'>, done = 'carried'): Live {
  if (live !== undefined) return live;
  throw new OperatorError('redis_unreachable', `Redis does not answer, so nothing can be ${done}`, {
    next: 'Start everything with marketops dev, or set REDIS_URL.',
  });
}

/** What Redis has of the run's streams beyond what the ledger has. */
export async function readTail(
  live: Live,
  blobs: Blobs,
  runId: string,
  journaled: readonly PlacedEvent[],
): Promise<PlacedEvent[]> {
  const lastSeqs = new Map<string, number>();
  for (const { event } of journaled)
    lastSeqs.set(event.stream, Math.max(event.seq, lastSeqs.get(event.stream) ?? 0));
  const readAfter = async (stream: string) =>
    (await live.reader.readAfter(stream, lastSeqs.get(stream) ?? 0)).events;
  const ofRun = await readAfter(runStream(runId));
  const known = [...journaled.map(({ event }) => event), ...ofRun];
  const ids = await operationIds(known, blobs);
  const ofOperations = await Promise.all(ids.map((id) => readAfter(operationStream(runId, id))));
  return inOrder([...ofRun, ...ofOperations.flat()]).map((event) => ({ event, sequence: undefined }));
}

async function operationIds(events: readonly MarketOpsEvent[], blobs: Blobs): Promise<string[]> {
  const planned = events.find((event) => event.type === 'plan.generated');
  const plan = planned === undefined ? undefined : await blobs.plan(planned);
  return plan?.operations.map((operation) => operation.operation_id) ?? [];
}

const notFound = (runId: string, redisAway: boolean) =>
  new OperatorError(
    'run_not_found',
    `there is no run ${runId}${redisAway ? ' in the ledger, and Redis does not answer' : ''}`,
    {
      next: 'marketops runs lists the runs there are; check that --config names the right system.',
    },
  );
