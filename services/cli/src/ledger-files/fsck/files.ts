import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bytes, plural } from '@marketops/operator/words';
import { type JournalFile, parseJournalFileName, sealedName } from '@marketops/verifier';
import { fileAt, listJournal, openSealedFile } from '@marketops/verifier/node';
import { ok, warn } from '../../doctor/finding.js';
import type { LedgerOf } from '../ledger-of.js';
import type { FsckFinding } from './finding.js';

/** What lies in the folders that does not belong there, is left over, or may be read or written by others. */
export async function fileFindings({ paths }: LedgerOf, isRunning: boolean): Promise<FsckFinding[]> {
  const names = await readdir(paths.journal);
  const leftOver = names.filter((name) => name.endsWith('.sealing'));
  const strange = names.filter(
    (name) =>
      parseJournalFileName(name) === undefined &&
      sealedName(name) === undefined &&
      !name.endsWith('.sealing'),
  );
  return [
    ...(isRunning || leftOver.length === 0 ? [] : [leftOverFinding(paths.journal, leftOver)]),
    ...strange.map((name) =>
      warn(
        'files',
        `${name} in the journal’s folder is no file of the journal; nobody reads it`,
        'Look at it, and move it away.',
      ),
    ),
    ...(await bothForms(paths.journal, new Set(names))),
    ...(await tornFindings(paths.torn)),
    ...(await permissionFindings([
      paths.root,
      paths.journal,
      ...names.map((name) => join(paths.journal, name)),
    ])),
  ];
}

const leftOverFinding = (dir: string, names: readonly string[]): FsckFinding => ({
  ...warn(
    'files',
    `${plural(names.length, 'file')} left by a ledger that died while it sealed: ${names.slice(0, 3).join(', ')}`,
    'marketops ledger fsck --repair removes them; so does the next ledger that seals.',
  ),
  repair: async () => {
    for (const name of names) await rm(join(dir, name), { force: true });
    return `${plural(names.length, 'left-over file')} removed`;
  },
});

/** A file that is being sealed is there twice for a moment, or since a ledger was stopped there. */
async function bothForms(dir: string, names: ReadonlySet<string>): Promise<FsckFinding[]> {
  const findings: FsckFinding[] = [];
  for (const name of names) {
    if (parseJournalFileName(name) === undefined || !names.has(`${name}.gz`)) continue;
    const same = await isSame(join(dir, name)).catch(() => false);
    findings.push(
      same
        ? ok(
            'seals',
            `${name} is there plain and sealed, and they are the same; the ledger removes the plain one`,
          )
        : warn(
            'seals',
            `${name}.gz is not what ${name} holds; the plain one counts`,
            'Nothing to do: the next ledger that seals makes it anew.',
          ),
    );
  }
  return findings;
}

async function isSame(path: string): Promise<boolean> {
  const [plain, sealed] = [await fileAt(path).open(), await openSealedFile(`${path}.gz`, basename(path))];
  try {
    if (plain.size !== sealed.size) return false;
    const [one, other] = [Buffer.alloc(pieceBytes), Buffer.alloc(pieceBytes)];
    for (let at = 0; at < plain.size; ) {
      const length = await sealed.read(one, at);
      let held = 0;
      for (let read = -1; held < length && read !== 0; held += read)
        read = await plain.read(other.subarray(held, length), at + held);
      if (length === 0 || !one.subarray(0, length).equals(other.subarray(0, held))) return false;
      at += length;
    }
    return true;
  } finally {
    await Promise.all([plain.close(), sealed.close()]);
  }
}
const pieceBytes = 262_144;

async function tornFindings(dir: string): Promise<FsckFinding[]> {
  const names = await readdir(dir).catch(() => []);
  if (names.length === 0) return [];
  return [
    ok(
      'torn',
      `${plural(names.length, 'piece')} of batches that no writer finished; never acknowledged, kept for whoever wants to look`,
    ),
  ];
}

/** Who may write the journal may not change it unseen, and may well destroy it. */
async function permissionFindings(paths: readonly string[]): Promise<FsckFinding[]> {
  const open: string[] = [];
  for (const path of paths) {
    const stats = await stat(path).catch(() => undefined);
    if (stats !== undefined && (stats.mode & 0o022) !== 0) open.push(path);
  }
  if (open.length === 0) return [];
  return [
    warn(
      'files',
      `${plural(open.length, 'path')} can be written by others: ${open[0]}`,
      `chmod go-w ${open.length === 1 ? open[0] : 'them'}`,
    ),
  ];
}

/** What there is, in a line. */
export async function journalSize({ paths }: LedgerOf): Promise<string> {
  const files: readonly (JournalFile & { readonly diskBytes: number })[] = await listJournal(paths.journal);
  return `${plural(files.length, 'file')}, ${bytes(files.reduce((sum, { diskBytes }) => sum + diskBytes, 0))}`;
}
