import type { Acknowledgement } from '@marketops/contracts';
import type { Engine } from '@marketops/engine';
import type { IndexTables, LedgerIndex } from '@marketops/journal';
import type { CryptoPort } from '@marketops/proof';
import type { ChainPoint } from '@marketops/verifier';
import type { Examiner } from '../intake/examine.js';
import type { LedgerSigner } from '../journal/writer.js';
import type { Quarantine } from '../redis/quarantine.js';
import type { RetentionPorts } from '../retention/ports.js';
import type { EpochBook } from './epoch-book.js';

/** What comparing Redis with the journal, and putting back what it lost, needs. */
export interface RestorePorts
  extends Pick<Engine, 'store' | 'appender' | 'clock' | 'log' | 'keyring' | 'loaded'> {
  readonly crypto: CryptoPort;
  readonly tables: IndexTables;
  readonly index: LedgerIndex;
  /** The journal's folder. */
  readonly journalDir: string;
  readonly examiner: Examiner;
  readonly quarantine: Quarantine;
  readonly signer: LedgerSigner;
  readonly term: number;
  /** The last entry that is durable, indexed and acknowledged: nothing is under way while Redis is looked at. */
  readonly settled: () => ChainPoint;
  /** A word of the ledger; undefined where it is none. */
  readonly readWord: (text: string | null) => Acknowledgement | undefined;
  readonly epochs: EpochBook;
  /** Runs that have left Redis are neither lost nor put back. */
  readonly retention: RetentionPorts;
  /** What the control keys call this ledger; it ends in `#` while there is no entry. */
  readonly ledgerName: () => Promise<string>;
  /** Streams that took no continuation, whatever they seemed to end with: they are written anew. */
  readonly moved: Set<string>;
  /** Throws when the ledger is to stop: what is half done is done again by the next start. */
  readonly checkStop: () => void;
}
