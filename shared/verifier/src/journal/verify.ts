import { JournalError, lawOf } from './errors.js';
import type { JournalFault, JournalReport } from './report.js';
import { Verification, type VerificationOptions } from './verification.js';

/**
 * Verifies a journal from its first entry (law L1), trusting nothing but the keyring: headers, chain, sequence,
 * canonical form, event and statement digests, every actor's signature and right to speak, gapless streams, commits,
 * and what each file says it continues from; then what the entries mean: no effect without a receipt, no receipt without
 * policy. Shares no code with the writer. Safe while a ledger is writing.
 *
 * Never throws for what it finds: the first fault is in the report, with its place.
 */
export async function verifyJournalFiles(options: VerificationOptions): Promise<JournalReport> {
  const startedMs = performance.now();
  const verification = new Verification(options);
  let fault: JournalFault | undefined;
  try {
    await verification.run();
  } catch (found) {
    if (!(found instanceof JournalError)) throw found;
    fault = faultOf(found);
  }
  const summary = verification.summary();
  const first = fault ?? summary.violations[0];
  return {
    ok: first === undefined,
    ...summary,
    ...(first === undefined ? {} : { fault: first }),
    elapsedMs: Math.round(performance.now() - startedMs),
  };
}

export const faultOf = ({ code, message, next, place }: JournalError): JournalFault => ({
  code,
  law: lawOf(code),
  message,
  next,
  file: place?.file ?? null,
  line: place?.line ?? null,
  sequence: place?.sequence ?? null,
});
