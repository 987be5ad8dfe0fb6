import {
  Fault,
  Operation,
  type OperationState,
  operationStream,
  StreamId,
  systemStream,
} from '@marketops/contracts';
import { HoldError, isoTime, readContained } from '@marketops/engine';
import { operationDigest } from '@marketops/proof';
import { type BlobStore, partitionOf, RunRetiredError, type StreamView } from '@marketops/store';
import type { ClockSkew } from './clock-skew.js';
import type { ExecutionTools } from './executing/execution.js';
import type { GateFacts, LoadedOperation, StreamFacts } from './gate/context.js';
import type { Presented } from './gate/read-presentation.js';
import type { StartCap } from './ports/start-cap.js';
import { streamFacts } from './stream-facts.js';

export interface FactTools extends ExecutionTools {
  readonly blobs: BlobStore;
  readonly skew: ClockSkew;
  readonly startCap: StartCap;
}

/**
 * Gathers what the gate is asked with: two round trips, each pipelined. First the operation's stream; then the control key
 * and the ledger's word. The operation's blob, where it has one, and the two projections are usually in memory.
 * @throws Fault of class `hold`: a fact that cannot be had now is no fact, and nothing passes without it.
 */
export async function gatherFacts(tools: FactTools, presented: Presented, jobId: string): Promise<GateFacts> {
  try {
    return await gather(tools, presented, jobId);
  } catch (fault) {
    if (fault instanceof Fault && fault.retry === 'hold') throw fault;
    const message = fault instanceof Error ? fault.message : String(fault);
    throw new HoldError(`the facts for the gate could not be gathered: ${message}`, tools.timing.holdMs);
  }
}

async function gather(tools: FactTools, presented: Presented, jobId: string): Promise<GateFacts> {
  const claimed = operationStream(presented.runId ?? '', presented.operationId ?? '');
  // The claimed ids are the attacker's: only what is a stream's name is ever looked for.
  const name = StreamId.safeParse(claimed).success ? claimed : undefined;
  const [views, system, clockSkewMs] = await Promise.all([
    name === undefined ? [] : readClaimed(tools, name),
    tools.system.current(),
    tools.skew.currentMs(),
  ]);
  const stream = views[0] === undefined ? null : streamFacts(views[0]);
  const partitions = [name === undefined ? systemStream : name, systemStream].map(partitionOf);
  const [[control = null, ofSystem = null], issuanceAcknowledged, operation] = await Promise.all([
    tools.store.readControl(partitions),
    isAcknowledged(tools, presented, stream, views[0]),
    loadOperation(tools, stream?.state),
  ]);
  return {
    presented,
    jobId,
    stream,
    operation,
    now: isoTime(tools.clock.nowMs()),
    clockSkewMs,
    // With `system` closed nobody can say what is frozen: that is as if the operation's own were.
    control: ofSystem?.state === 'open' ? control : ofSystem,
    systemFrozen: system.frozen,
    issuanceAcknowledged,
    capWaitMs: capWait(tools, presented, operation),
    // Asked only for what may begin in every other respect: see `publish`.
    throttled: null,
  };
}

/** Of a run that has left Redis nothing can begin: to the gate it is an operation that was never planned. */
async function readClaimed({ reader }: FactTools, stream: string): Promise<readonly StreamView[]> {
  try {
    return await reader.read([stream]);
  } catch (fault) {
    if (fault instanceof RunRetiredError) return [];
    throw fault;
  }
}

function capWait({ startCap }: FactTools, presented: Presented, loaded: LoadedOperation): number {
  if (loaded.status !== 'loaded' || presented.claimedReceiptId === null) return 0;
  return startCap.waitMs(loaded.operation.repository.owner, presented.claimedReceiptId);
}

/** Waits for the ledger a little, since it commits in batches; only for the receipt the stream calls its own. */
async function isAcknowledged(
  { acknowledgements, timing }: FactTools,
  presented: Presented,
  stream: StreamFacts | null,
  view: StreamView | undefined,
): Promise<boolean> {
  const issued = stream?.state.issued;
  if (view === undefined || issued === undefined) return false;
  if (issued.data.receipt.receipt_id !== presented.claimedReceiptId) return false;
  const awaited = { seq: issued.seq, digest: view.digests[issued.seq - 1] ?? '' };
  return acknowledgements.waitFor(view.stream, awaited, timing.acknowledgementWaitMs);
}

async function loadOperation(
  { blobs, crypto }: FactTools,
  state: OperationState | undefined,
): Promise<LoadedOperation> {
  const planned = state?.planned;
  const contained = planned?.data.operation;
  if (planned === undefined || contained == null) return { status: 'absent' };
  try {
    const operation = await readContained(blobs, planned, contained, Operation);
    return { status: 'loaded', operation, digest: operationDigest(crypto, operation) };
  } catch (fault) {
    return { status: 'fault', fault };
  }
}
