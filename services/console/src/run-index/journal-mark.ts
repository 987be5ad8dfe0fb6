import type { JournalCursor } from '@marketops/operator/reading';
import { nodeCrypto } from '@marketops/proof/node';
import { listJournal } from '@marketops/verifier/node';

/** A commit is shorter, and is signed over the chain's hash: no two journals have the same bytes there. */
const markBytes = 512;

/**
 * The digest of what stands in the journal right before a cursor; undefined where that file is gone or ends before it. A journal
 * that was restored, cut or exchanged since shows by it, without being read.
 * @throws JournalError `journal_unreadable`
 */
export async function journalMark(dir: string, cursor: JournalCursor): Promise<string | undefined> {
  const files = await listJournal(dir);
  const file = files.find((one) => one.term === cursor.term && one.firstSequence === cursor.firstSequence);
  if (file === undefined || file.bytes < cursor.offset) return undefined;
  const reader = await file.open();
  try {
    const from = Math.max(0, cursor.offset - markBytes);
    const bytes = new Uint8Array(cursor.offset - from);
    let held = 0;
    for (let read = -1; held < bytes.length && read !== 0; held += read)
      read = await reader.read(bytes.subarray(held), from + held);
    return held === bytes.length ? nodeCrypto.sha256Hex(bytes) : undefined;
  } finally {
    await reader.close();
  }
}
