import type { Keyring } from '@marketops/contracts';
import type { CryptoPort } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { JournalError } from './errors.js';
import type { JournalFault, JournalProgress, JournalReport } from './report.js';
import { Verification } from './verification.js';
import type { ChainPoint } from './walk.js';

export interface VerifyOptions {
  /** The folder with the `.jsonl` files. */
  readonly dir: string;
  /** The pinned trust root: keys, and the name of the log. */
  readonly keyring: Keyring;
  /** What was last seen of this log; without one a cut tail cannot be told from a shorter log. */
  readonly pin?: ChainPoint | undefined;
  readonly onProgress?: ((progress: JournalProgress) => void) | undefined;
  readonly crypto?: CryptoPort | undefined;
}

/**
 * Verifies a journal from its first entry (law L1), trusting nothing but the keyring: headers, chain, sequence,
 * canonical form, event and statement digests, every actor's signature and right to speak, gapless streams, commits,
 * and what each file says it continues from. Shares no code with the writer. Safe while a ledger is writing.
 *
 * Never throws for what it finds: the first fault is in the report, with its place.
 */
export async function verifyJournal(options: VerifyOptions): Promise<JournalReport> {
  const startedMs = performance.now();
  const verification = new Verification({ ...options, crypto: options.crypto ?? nodeCrypto });
  let fault: JournalFault | undefined;
  try {
    await verification.run();
  } catch (found) {
    if (!(found instanceof JournalError)) throw found;
    fault = faultOf(found);
  }
  return {
    ok: fault === undefined,
    ...verification.summary(),
    ...(fault === undefined ? {} : { fault }),
    elapsedMs: Math.round(performance.now() - startedMs),
  };
}

const faultOf = ({ code, message, next, place }: JournalError): JournalFault => ({
  code,
  message,
  next,
  file: place?.file ?? null,
  line: place?.line ?? null,
  sequence: place?.sequence ?? null,
});
