import {
  type EventOf,
  Fault,
  foldOperation,
  type MarketOpsEvent,
  Operation,
  type OperationState,
  operationStream,
  StreamId,
} from '@marketops/contracts';
import { HoldError, isoTime, readContained } from '@marketops/engine';
import { type CryptoPort, operationDigest } from '@marketops/proof';
import { type BlobStore, partitionOf, type StreamView } from '@marketops/store';
import type { ClockSkew } from './clock-skew.js';
import { unspentCodes } from './deciding/step.js';
import type { ExecutionTools } from './executing/execution.js';
import type { GateFacts, LoadedOperation, StreamFacts } from './gate/context.js';
import type { Presented } from './gate/read-presentation.js';

export interface FactTools extends ExecutionTools {
  readonly crypto: CryptoPort;
  readonly blobs: BlobStore;
  readonly skew: ClockSkew;
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
    name === undefined ? [] : tools.reader.read([name]),
    tools.system.current(),
    tools.skew.currentMs(),
  ]);
  const stream = streamFacts(views[0]?.events ?? []);
  const [[control = null], issuanceAcknowledged, operation] = await Promise.all([
    tools.store.readControl([name === undefined ? 0 : partitionOf(name)]),
    isAcknowledged(tools, presented, stream, views[0]),
    loadOperation(tools, stream?.state),
  ]);
  const now = isoTime(tools.clock.nowMs());
  return {
    ...{ presented, jobId, stream, operation, now, clockSkewMs, control, issuanceAcknowledged },
    systemFrozen: system.frozen,
  };
}

/** Null for a stream without events: it does not exist. */
export function streamFacts(events: readonly MarketOpsEvent[]): StreamFacts | null {
  const [first] = events;
  if (first === undefined) return null;
  const retries = events.filter(isRetry);
  const sameMode = events.every(({ mode }) => mode === first.mode);
  const sameTenant = events.every(({ tenant_id }) => tenant_id === first.tenant_id);
  return {
    state: foldOperation(events),
    lastRetry: retries.at(-1) ?? null,
    spentRetries: retries.filter(({ data }) => !unspentCodes.has(data.error_code)).length,
    mode: sameMode ? first.mode : null,
    tenantId: sameTenant ? first.tenant_id : null,
  };
}

const isRetry = (event: MarketOpsEvent): event is EventOf<'operation.retried'> =>
  event.type === 'operation.retried';

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
  const contained = state?.planned?.data.operation;
  if (contained == null) return { status: 'absent' };
  try {
    const operation = await readContained(blobs, contained, Operation);
    return { status: 'loaded', operation, digest: operationDigest(crypto, operation) };
  } catch (fault) {
    return { status: 'fault', fault };
  }
}
