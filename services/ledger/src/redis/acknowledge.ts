import type { StreamHead } from '@marketops/journal';
import { type CryptoPort, signAcknowledgements } from '@marketops/proof';
import type { EventStore } from '@marketops/store';
import type { ChainPoint } from '@marketops/verifier';
import type { LedgerSigner } from '../journal/writer.js';
import { deposed, isDeposedBy } from './controls.js';
import { newestNames } from './newest-word.js';

export interface AnsweredPartition {
  /** The last outbox entry answered. */
  readonly upTo: string;
  /** stream → where it ends, durably */
  readonly streams: ReadonlyMap<string, StreamHead>;
}

/** What is durable now and may be said. */
export interface ToAcknowledge {
  readonly epoch: number;
  readonly term: number;
  /** Of the commit; the head's own sequence where the batch added nothing. */
  readonly firstSequence: number;
  readonly head: ChainPoint;
  readonly partitions: ReadonlyMap<number, AnsweredPartition>;
}

/** Leaves of one signature; proof's own limit. */
const streamsPerSignatureMax = 65_536;

/**
 * Signs and writes the ledger's word (law X1), and drops the outbox up to where it has been answered. One signature for
 * all streams. Repeating it does no harm.
 * @returns partitions whose control key is gone: Redis lost data, nothing was written there
 * @throws LedgerError `deposed` when a newer term stands: this writer's word counts no more
 */
export async function acknowledge(
  { store, crypto, signer }: { store: EventStore; crypto: CryptoPort; signer: LedgerSigner },
  { epoch, term, firstSequence, head, partitions }: ToAcknowledge,
): Promise<readonly number[]> {
  const words = new Map<string, string>();
  const streams = [...partitions.values()].flatMap(({ streams: heads }) =>
    [...heads].map(([stream, { seq, digest }]) => [stream, seq, digest] as const),
  );
  for (let at = 0; at < streams.length; at += streamsPerSignatureMax) {
    const signed = signAcknowledgements(crypto, {
      streams: streams.slice(at, at + streamsPerSignatureMax),
      term,
      epoch,
      firstSequence,
      lastSequence: head.sequence,
      lastHash: head.hash,
      ...signer(),
    });
    for (const ack of signed) words.set(ack.stream, JSON.stringify(ack));
  }
  const lost: number[] = [];
  // Any of them, and in one partition: all name the last entry of the commit, and whoever looks reads all partitions.
  const newest = [...words.values()].at(-1);
  const [somewhere] = partitions.keys();
  await Promise.all(
    [...partitions].map(async ([partition, { upTo, streams: seqs }]) => {
      const values = new Map([...seqs.keys()].map((stream) => [stream, words.get(stream) ?? '']));
      if (newest !== undefined && partition === somewhere) values.set(newestNames[partition] ?? '', newest);
      if (await store.acknowledge(partition, { term, upTo, values })) return;
      const [control] = await store.readControl([partition]);
      if (isDeposedBy(control, term)) throw deposed(partition);
      lost.push(partition);
    }),
  );
  const said = streams.map(([stream]) => stream);
  if (said.length > 0) await store.announceAcknowledged(said);
  return lost;
}
