import { Acknowledgement, runStream, systemStream } from '@marketops/contracts';
import { createSignatureCache, verifyAcknowledgement } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { reasonOf } from '../errors.js';
import type { LedgerReader } from './ledger-reader.js';
import type { Live } from './live.js';
import { unfinishedRuns } from './unfinished-runs.js';

export interface AcknowledgementFault {
  readonly stream: string;
  readonly message: string;
}

export interface AcknowledgementReport {
  /** How many signed words in Redis were compared. */
  readonly compared: number;
  /** Streams in Redis beyond what the journal has, and not acknowledged: on their way, no fault. */
  readonly onTheirWay: number;
  readonly faults: readonly AcknowledgementFault[];
}

const runsMax = 1_000;

/**
 * Whether the journal holds everything that the ledger has said it holds (law L2): each acknowledgement found in Redis,
 * if the ledger signed it, must name a seq and an entry that the journal has. Looks at `system` and at the run streams
 * of the newest runs and the unfinished ones; a run's own stream is the last to be written.
 */
export async function compareAcknowledgements(
  live: Live,
  ledger: LedgerReader,
  journal: { readonly lastSequence: number; readonly lastHash: string },
): Promise<AcknowledgementReport> {
  const runIds = [
    ...ledger.recentRuns(runsMax).map(({ runId }) => runId),
    ...(await unfinishedRuns(live.store, runsMax)),
  ];
  const streams = [systemStream, ...[...new Set(runIds)].map(runStream)];
  const [values, lastSeqs] = await Promise.all([
    live.store.readAcknowledgements(streams),
    live.store.lastSeqs(streams),
  ]);
  const cache = createSignatureCache();
  const faults: AcknowledgementFault[] = [];
  let compared = 0;
  let onTheirWay = 0;
  for (const [at, stream] of streams.entries()) {
    const journaled = ledger.index.lastSeq(stream);
    if ((lastSeqs[at] ?? 0) > journaled) onTheirWay += 1;
    const value = values[at];
    if (value === null || value === undefined) continue;
    compared += 1;
    const message = faultOf(live, stream, value, journaled, journal, cache);
    if (message !== undefined) faults.push({ stream, message });
  }
  return { compared, onTheirWay, faults };
}

function faultOf(
  live: Live,
  stream: string,
  value: string,
  journaledSeq: number,
  journal: { readonly lastSequence: number; readonly lastHash: string },
  cache: ReturnType<typeof createSignatureCache>,
): string | undefined {
  let ack: Acknowledgement;
  try {
    ack = Acknowledgement.parse(JSON.parse(value));
    verifyAcknowledgement(nodeCrypto, { ack, keyring: live.keyring, cache });
  } catch (fault) {
    return `what stands in Redis is not the ledger’s word: ${reasonOf(fault)}`;
  }
  if (ack.stream !== stream) return `what stands in Redis is the word for ${ack.stream}`;
  // The journal may have grown between the verification and now; it may not have shrunk.
  if (ack.seq > journaledSeq) {
    return `acknowledged up to seq ${ack.seq}; the journal has it up to ${journaledSeq}`;
  }
  if (ack.last_sequence === journal.lastSequence && ack.last_hash !== journal.lastHash) {
    return `acknowledged with another hash of entry ${ack.last_sequence}`;
  }
  return undefined;
}
