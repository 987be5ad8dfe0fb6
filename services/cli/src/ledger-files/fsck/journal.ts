import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plural, thousands } from '@marketops/operator/words';
import type { ChainPoint, JournalProgress, JournalReport, SeenRoot } from '@marketops/verifier';
import { verifyJournal } from '@marketops/verifier/node';
import { fail, ok, warn } from '../../doctor/finding.js';
import { checkpointIn } from '../checkpoint.js';
import type { LedgerOf } from '../ledger-of.js';
import { journalSize } from './files.js';
import type { FsckFinding } from './finding.js';

export interface JournalChecked {
  readonly findings: readonly FsckFinding[];
  readonly head: ChainPoint;
  readonly report: JournalReport;
}

/** The journal from its first entry, seals and all, against the checkpoint that was last published here. */
export async function checkJournal(
  ledger: LedgerOf,
  onProgress: (progress: JournalProgress) => void,
): Promise<JournalChecked> {
  const { paths, loaded, tiles } = ledger;
  const checkpoint = await checkpointIn(tiles);
  const roots: SeenRoot[] =
    checkpoint === undefined
      ? []
      : [{ size: checkpoint.size, root: Buffer.from(checkpoint.root, 'base64').toString('hex') }];
  const report = await verifyJournal({
    dir: paths.journal,
    keyring: loaded.keyring,
    seen: { roots },
    onProgress,
  });
  const head = { sequence: report.lastSequence, hash: report.lastHash };
  const { fault } = report;
  const seen = checkpoint === undefined ? '' : `, and holds the checkpoint of ${thousands(checkpoint.size)}`;
  return {
    head,
    report,
    findings: [
      fault === undefined
        ? ok(
            'journal',
            `${thousands(head.sequence)} entries, every digest and signature, ${await journalSize(ledger)}${seen}`,
          )
        : fail(
            'journal',
            `${fault.message} (${fault.code}${fault.law === null ? '' : `, law ${fault.law}`})`,
            fault.next,
          ),
      ...report.notes.map(({ code, message }) =>
        harmless.has(code)
          ? ok('journal', message)
          : warn('journal', message, 'docs/verifying.md says what it means.'),
      ),
      ...(await epochFindings(paths.root)),
    ],
  };
}

/** What writers leave behind that died, or were deposed. */
const harmless: ReadonlySet<string> = new Set(['ignored_entries', 'deposed_file', 'torn_tail']);

const bookBytesMax = 1_048_576;

/** What the ledger keeps of epochs beside its journal. */
async function epochFindings(root: string): Promise<FsckFinding[]> {
  const path = join(root, 'epochs.json');
  const text = await readFile(path, 'utf8').catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return undefined;
    throw fault;
  });
  if (text === undefined) return [];
  try {
    if (text.length > bookBytesMax) throw new RangeError('too long');
    const { highest, fences } = JSON.parse(text) as { highest?: unknown; fences?: unknown };
    if (!Number.isSafeInteger(highest) || !Array.isArray(fences)) throw new TypeError('another form');
    return [ok('epochs', `${String(highest)} begun; ${plural(fences.length, 'end')} of outboxes remembered`)];
  } catch {
    return [
      fail(
        'epochs',
        `${path} is not what a ledger wrote: it does not start with it`,
        'Put it back from a copy of the folder; without any, remove it: docs/recovery.md says what is lost with it.',
      ),
    ];
  }
}
