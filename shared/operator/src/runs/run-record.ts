import {
  foldOperation,
  foldRun,
  type Operation,
  type OperationState,
  operationStream,
  type PlanRequest,
  type PublicationPlan,
  type RunState,
  runStream,
} from '@marketops/contracts';
import { type Contents, contentsOf } from '../erasures/contents.js';
import type { ErasureOrder } from '../erasures/orders.js';
import type { PlacedEvent } from '../ledger/ledger-reader.js';
import type { Blobs } from '../system/inline-or-blob.js';

export interface OperationRecord {
  readonly id: string;
  readonly state: OperationState;
  /** Whole, as it was authorized; undefined where a prerequisite was missing or its blob is not here. */
  readonly operation: Operation | undefined;
  readonly events: readonly PlacedEvent[];
}

/** Everything that is known of a run. */
export interface RunRecord {
  readonly runId: string;
  readonly run: RunState;
  readonly request: PlanRequest | undefined;
  readonly plan: PublicationPlan | undefined;
  /** In the order of the plan. */
  readonly operations: readonly OperationRecord[];
  /** Of all its streams, in the order of the ledger, then what it does not have yet. */
  readonly events: readonly PlacedEvent[];
  /** Unverified claims: refused jobs that named this run. */
  readonly claims: readonly PlacedEvent[];
  /** Whether what its events name can be read here, and why not. */
  readonly contents: Contents;
}

export async function runRecord(
  runId: string,
  events: readonly PlacedEvent[],
  claims: readonly PlacedEvent[],
  blobs: Blobs,
  orders: readonly ErasureOrder[] = [],
): Promise<RunRecord> {
  const of = (stream: string) =>
    events.filter(({ event }) => event.stream === stream).sort((a, b) => a.event.seq - b.event.seq);
  const run = foldRun(of(runStream(runId)).map(({ event }) => event));
  const plan = run.planned === undefined ? undefined : await blobs.plan(run.planned);
  const request = run.requested === undefined ? undefined : await blobs.request(run.requested);
  const ids = plan?.operations.map((operation) => operation.operation_id) ?? idsIn(events);
  const operations = await Promise.all(
    ids.map(async (id): Promise<OperationRecord> => {
      const own = of(operationStream(runId, id));
      const state = foldOperation(own.map(({ event }) => event));
      const operation = state.planned === undefined ? undefined : await blobs.operation(state.planned);
      return { id, state, operation, events: own };
    }),
  );
  const contents = contentsOf({ run, request, plan, operations }, orders);
  return { runId, run, request, plan, operations, events, claims, contents };
}

/** Where the plan itself cannot be read, the operations' own streams still tell. */
const idsIn = (events: readonly PlacedEvent[]): string[] => [
  ...new Set(
    events.flatMap(({ event }) => (event.stream.startsWith('op/') ? [event.stream.split('/')[2] ?? ''] : [])),
  ),
];
