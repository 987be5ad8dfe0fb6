import { Acknowledgement } from '@marketops/contracts';
import type { StreamHead } from '@marketops/journal';
import {
  createSignatureCache,
  type OpenKeyring,
  type SignatureCache,
  verifyAcknowledgement,
} from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { connectRedis, keyPatterns, newestWordPrefix } from '@marketops/store';
import { reasonOf } from '../errors.js';
import type { Live } from '../system/live.js';
import type { LedgerReader } from './ledger-reader.js';

/** What stands in Redis as the ledger's word, by stream. Collected before the journal is verified: it may grow meanwhile. */
export type CollectedWords = ReadonlyMap<string, string>;

interface AcknowledgementFault {
  readonly stream: string;
  readonly message: string;
}

export interface AcknowledgementReport {
  /** Words the ledger signed. */
  readonly compared: number;
  /** What stands where its word should, and is not its own: no fault of the ledger, for anybody may write to Redis. */
  readonly foreign: readonly AcknowledgementFault[];
  readonly faults: readonly AcknowledgementFault[];
}

const keysMax = 100_000;
const pageSize = 1_000;

/** Every acknowledgement in Redis, up to a hundred thousand; of a cluster, those of the node the URL names. */
export async function collectWords({ url }: Pick<Live, 'url'>): Promise<CollectedWords> {
  const redis = connectRedis(url, { maxRetriesPerRequest: 1 });
  const words = new Map<string, string>();
  try {
    let cursor = '0';
    do {
      const [next, keys] = await redis.scan(
        cursor,
        'MATCH',
        keyPatterns.acknowledgement('*'),
        'COUNT',
        pageSize,
      );
      cursor = next;
      const values = await Promise.all(keys.map((key) => redis.get(key)));
      for (const [at, key] of keys.entries()) {
        const stream = streamOf(key);
        // The same word stands at its stream.
        if (!stream.startsWith(newestWordPrefix)) words.set(stream, values[at] ?? '');
      }
    } while (cursor !== '0' && words.size < keysMax);
  } finally {
    redis.disconnect();
  }
  return words;
}

/** What stands in such a key after its prefix, which is as long as the pattern's. */
const streamOf = (key: string): string => key.slice(keyPatterns.acknowledgement('').length);

/**
 * Whether the journal holds everything that the ledger has said it holds (law L2): each word that the ledger signed must
 * name a seq and an entry that the journal has.
 */
export function compareWords(
  words: CollectedWords,
  against: {
    readonly keyring: OpenKeyring;
    /** Of the journal, verified after the words were collected. */
    readonly journal: { readonly lastSequence: number; readonly lastHash: string };
    /** Where there is an index: it knows every stream's last seq. */
    readonly ledger: LedgerReader | undefined;
  },
): AcknowledgementReport {
  const { keyring, journal, ledger } = against;
  const cache = createSignatureCache();
  const foreign: AcknowledgementFault[] = [];
  const faults: AcknowledgementFault[] = [];
  for (const [stream, value] of words) {
    try {
      const ack = readWord(stream, value, keyring, cache);
      const message = contradiction(ack, journal, ledger?.index.streamHead(stream));
      if (message !== undefined) faults.push({ stream, message });
    } catch (fault) {
      foreign.push({ stream, message: reasonOf(fault) });
    }
  }
  return { compared: words.size - foreign.length, foreign, faults };
}

function readWord(
  stream: string,
  value: string,
  keyring: OpenKeyring,
  cache: SignatureCache,
): Acknowledgement {
  const ack = Acknowledgement.parse(JSON.parse(value));
  verifyAcknowledgement(nodeCrypto, { ack, keyring, cache });
  if (ack.stream !== stream) throw new RangeError(`it is the word for ${ack.stream}`);
  return ack;
}

function contradiction(
  ack: Acknowledgement,
  journal: { readonly lastSequence: number; readonly lastHash: string },
  journaled: StreamHead | undefined,
): string | undefined {
  if (ack.last_sequence > journal.lastSequence) {
    return `acknowledged with entry ${ack.last_sequence}; the journal ends at ${journal.lastSequence}`;
  }
  if (ack.last_sequence === journal.lastSequence && ack.last_hash !== journal.lastHash) {
    return `acknowledged with another hash of entry ${ack.last_sequence}`;
  }
  if (journaled !== undefined && ack.seq > journaled.seq)
    return `acknowledged up to seq ${ack.seq}; the journal has it up to ${journaled.seq}`;
  if (ack.seq === journaled?.seq && ack.digest !== journaled.digest)
    return `acknowledged up to seq ${ack.seq} with other events than the journal has`;
  return undefined;
}
