import type { CryptoPort } from '@marketops/proof';
import { readLines } from '@marketops/verifier';
import { listJournal } from '@marketops/verifier/node';

/**
 * What a ledger is called in the control keys of its Redis, so that another system's is told from one's own:
 * `<log_origin>#<SHA-256 of its first entry's line>`. An origin alone does not do: every system that was made with the same
 * environment has the same.
 * @param dir the journal's folder
 * @returns without the digest while there is no entry
 * @throws JournalError where the journal cannot be read
 */
export async function readLedgerName(crypto: CryptoPort, dir: string, logOrigin: string): Promise<string> {
  let digest = '';
  // Newest first: where a writer was deposed before its first entry counted, its successor's file begins at 1 as well.
  for (const file of (await listJournal(dir)).toReversed()) {
    if (file.firstSequence !== 1 || digest !== '') continue;
    await readLines(file, { offset: 0, number: 1 }, ({ text }) => {
      if (!text.startsWith('E ')) return true;
      digest = crypto.sha256Hex(text.slice(2));
      return false;
    });
  }
  return `${logOrigin}#${digest}`;
}

/** Whether what a control key says is another ledger's name. @param stood undefined: nobody has said so yet */
export function isAnothersName(own: string, stood: string | undefined): boolean {
  if (stood === undefined || stood === own) return false;
  // Without an entry of one's own only the origin tells.
  return own.endsWith('#') ? !stood.startsWith(own) : true;
}
