import type { Keyring } from '@marketops/contracts';
import type { CryptoPort } from '@marketops/proof';
import {
  asPlainFile,
  JournalError,
  type JournalProgress,
  journalFilesAmong,
  type NamedBytes,
  verifyJournalFiles,
} from '@marketops/verifier';
import { readKeyringValue } from './keyring-choice.js';
import type { ListedFile, VerifyNews, VerifyOrder } from './messages.js';
import { JournalUnreachable, type RemotePort, remoteFile } from './remote-file.js';
import { seenBefore } from './seen.js';

/** Told often enough to be seen to move, and not for every piece. */
const progressEveryMs = 100;

export interface VerifyPorts extends Omit<RemotePort, 'onBytes'> {
  readonly crypto: CryptoPort;
  readonly nowMs: () => number;
}

/**
 * Verifies the journal the server lists, reading it in ranges, as `marketops verify` does: from the first entry, trusting nothing
 * but the keyring. What could not be read is told as `failed`, never as a verdict.
 */
export async function runOrder(
  order: VerifyOrder,
  { crypto, nowMs, ...port }: VerifyPorts,
  tell: (news: VerifyNews) => void,
): Promise<void> {
  try {
    const keyring = parseKeyring(crypto, order.keyring);
    const { seen, told } = seenBefore(crypto, order.memories, keyring);
    const gauge = progressGauge(order, nowMs, tell);
    const files = journalFilesAmong(
      await Promise.all(
        order.files.map((file) => sized(file, remoteFile(file, { ...port, onBytes: gauge.arrived }))),
      ),
    );
    const report = await verifyJournalFiles({ files, keyring, crypto, seen, onProgress: gauge.walked });
    tell({ kind: 'report', report, memories: told });
  } catch (fault) {
    tell(failure(fault));
  }
}

/** How long the plain form of a sealed file is stands at its end. What is damaged is told when it is read. */
async function sized(
  listed: ListedFile,
  stored: NamedBytes,
): Promise<NamedBytes & { readonly bytes: number }> {
  const plain = asPlainFile(stored);
  if (plain === stored) return { ...plain, bytes: listed.bytes };
  try {
    const reader = await plain.open();
    await reader.close();
    return { ...plain, bytes: reader.size };
  } catch (fault) {
    if (!(fault instanceof JournalError)) throw fault;
    return { ...plain, bytes: listed.bytes };
  }
}

/** Entries come from the walk, bytes from what arrived: a small journal has no other sign of life. */
function progressGauge(order: VerifyOrder, nowMs: () => number, tell: (news: VerifyNews) => void) {
  const bytesTotal = order.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let progress: JournalProgress = { entries: 0, bytes: 0, bytesTotal };
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const show = (next: JournalProgress): void => {
    progress = next;
    if (nowMs() - toldAtMs < progressEveryMs) return;
    toldAtMs = nowMs();
    tell({ kind: 'progress', progress });
  };
  return {
    // Headers are read twice, and a live file grows: never more than there is.
    arrived: (count: number) => show({ ...progress, bytes: Math.min(bytesTotal, progress.bytes + count) }),
    walked: ({ entries }: JournalProgress) => show({ ...progress, entries }),
  };
}

class KeyringInvalid extends Error {}

function parseKeyring(crypto: CryptoPort, value: unknown): Keyring {
  const read = readKeyringValue(crypto, value);
  if (read.ok) return read.keyring;
  throw new KeyringInvalid(read.why);
}

function failure(fault: unknown): VerifyNews {
  if (fault instanceof JournalUnreachable || fault instanceof JournalError)
    return { kind: 'failed', code: fault.code, message: fault.message, next: fault.next };
  if (fault instanceof KeyringInvalid)
    return {
      kind: 'failed',
      code: 'verify_keyring_invalid',
      message: fault.message,
      next: 'Paste the whole of keyring.json, or choose the file.',
    };
  return {
    kind: 'failed',
    code: 'internal',
    message: `The verification stopped: ${fault instanceof Error ? fault.message : String(fault)}.`,
    next: 'Nothing has been judged. Verify offline with marketops-verify, and tell the maintainers.',
  };
}
