import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { keyringPath, readKeyring } from '@marketops/engine';
import { ledgerPaths } from '@marketops/journal';
import { readSystemFile } from '@marketops/operator';
import { type JournalProgress, sealedEnding } from '@marketops/verifier';
import { fileAt, listJournal } from '@marketops/verifier/node';
import { blobNames, copyBlobs } from './copy-blobs.js';
import { copyFile, digestOf, digestOfFile, syncFolder } from './copying.js';
import { restoreRefused } from './errors.js';
import type { Manifest } from './manifest.js';
import { inBackup, partsOf } from './small-files.js';
import { type VerifiedBackup, verifyBackup } from './verify-backup.js';

export interface RestoreTarget {
  readonly configPath: string;
  readonly dataDir: string;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Where the ledger that stood there is now; undefined where there was none. */
  readonly aside: string | undefined;
  /** Files that stood there, differ, and were left as they are. */
  readonly kept: readonly string[];
  /** Whether private keys are there now, from the backup or from before. */
  readonly hasKeys: boolean;
}

/**
 * Puts a backup in place. It is verified first; what stands in the target is never replaced by something older or by another
 * log. The ledger is assembled beside its place and renamed, last of all: killed before that, nothing has changed, and the
 * same command does it again.
 * @throws CliError `backup_invalid`, `restore_refused`; DiskError
 */
export async function restoreBackup(
  folder: string,
  target: RestoreTarget,
  onProgress?: (progress: JournalProgress) => void,
): Promise<Restored> {
  await refuseRunning(target);
  const verified = await verifyBackup(folder, onProgress);
  const { manifest } = verified;
  await refuseNewer(folder, target.dataDir, manifest);
  refuseOtherKeys(target.dataDir, verified);

  const { blobs } = partsOf(join(folder, inBackup.data));
  const own = partsOf(target.dataDir);
  const there = new Set(await blobNames(own.blobs));
  await copyBlobs(
    blobs,
    own.blobs,
    (await blobNames(blobs)).filter((name) => !there.has(name)),
  );
  // Before the files that a service needs to start: from them to the ledger is a moment, however large the journal is.
  const draft = await assembleLedger(folder, target.dataDir, manifest);
  const kept = await putFiles(folder, target, manifest);
  // All that took its time, in which somebody, or a service manager, may have started one.
  await refuseRunning(target);
  await refuseNewer(folder, target.dataDir, manifest);
  const aside = await putLedger(draft, target.dataDir);
  return { manifest, aside, kept, hasKeys: existsSync(own.keys) };
}

async function refuseRunning({ dataDir }: RestoreTarget): Promise<void> {
  if (readSystemFile(dataDir) !== undefined)
    throw restoreRefused(`a system runs in ${dataDir}`, 'Stop it first, the ledger above all.');
  if (await hasWriter(dataDir))
    throw restoreRefused(`a ledger writes in ${dataDir}`, 'Stop it first, and every standby.');
}

/** Whether the process that wrote there last still runs on this machine. Of one on another machine nobody can tell from here. */
async function hasWriter(dataDir: string): Promise<boolean> {
  try {
    const { host, pid } = JSON.parse(await readFile(ledgerPaths(dataDir).lock, 'utf8')) as Record<
      string,
      unknown
    >;
    if (host !== hostname() || !Number.isSafeInteger(pid) || Number(pid) <= 1) return false;
    process.kill(Number(pid), 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What stands there must be the beginning of what is put there. */
async function refuseNewer(folder: string, dataDir: string, manifest: Manifest): Promise<void> {
  const { journal } = ledgerPaths(dataDir);
  if (!existsSync(journal)) return;
  const backup = partsOf(join(folder, inBackup.data)).journal;
  const known = new Map(manifest.journal.map((file) => [file.name, file]));
  for (const file of await listJournal(journal)) {
    const { bytes = -1 } = known.get(file.name) ?? {};
    const same = async () =>
      (await digestOf(file, file.bytes)) === (await digestOf(fileAt(join(backup, file.name)), file.bytes));
    if (file.bytes <= bytes && (await same())) continue;
    throw restoreRefused(
      `${join(journal, file.name)} is newer than the backup, or of another log`,
      'What stands there is worth more than the backup: start it as it is. To restore all the same, move that folder away yourself.',
    );
  }
}

/** A keyring that lacks a key of the backup’s cannot verify its journal; one that has more is newer, and stays. */
function refuseOtherKeys(dataDir: string, { keyring }: VerifiedBackup): void {
  const path = keyringPath(dataDir);
  if (!existsSync(path)) return;
  const known = new Set(readKeyring(path).keys.map(({ public_key: key }) => key));
  if (keyring.keys.every(({ public_key: key }) => known.has(key))) return;
  throw restoreRefused(
    `${path} does not hold the keys that signed the backup`,
    'Move the folder away that stands there, or name the right place with --config.',
  );
}

/** Where a file of the backup’s state belongs; undefined for the ledger’s, which come together. */
function placeOf(path: string, { configPath, dataDir }: RestoreTarget): string | undefined {
  const [part, ...rest] = path.split('/');
  if (part === inBackup.config) {
    return rest[0] === 'marketops.yml' ? configPath : join(dirname(configPath), ...rest);
  }
  return part !== inBackup.data || rest[0] === 'ledger' ? undefined : join(dataDir, ...rest);
}

/** @returns what stood there, differs and was left */
async function putFiles(
  folder: string,
  target: RestoreTarget,
  { files, state }: Manifest,
): Promise<string[]> {
  const kept: string[] = [];
  for (const { path: inFolder, sha256 } of files) {
    const path = inFolder.slice(state.length + 1);
    const to = placeOf(path, target);
    if (to === undefined) continue;
    if (existsSync(to)) {
      if ((await digestOfFile(to)).sha256 !== sha256) kept.push(to);
      continue;
    }
    const secret = /^data\/(?:keys|blob-keys)\//.test(path) || path === 'data/redis-users.acl';
    if (secret) await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await copyFile(join(folder, inFolder), to, { mode: secret ? 0o600 : 0o640 });
  }
  return kept;
}

/** @returns the folder, beside its place */
async function assembleLedger(
  folder: string,
  dataDir: string,
  { journal, files, state }: Manifest,
): Promise<string> {
  const { root } = ledgerPaths(dataDir);
  const draft = `${root}.restoring`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, 'journal'), { recursive: true, mode: 0o750 });
  const from = partsOf(join(folder, inBackup.data)).journal;
  for (const { name, bytes } of journal) await putJournalFile(from, join(draft, 'journal'), name, bytes);
  const ofLedger = `${state}/${inBackup.data}/ledger/`;
  for (const { path } of files)
    if (path.startsWith(ofLedger))
      await copyFile(join(folder, path), join(draft, path.slice(ofLedger.length)), {});
  return draft;
}

/** @returns where the one is that stood there */
async function putLedger(draft: string, dataDir: string): Promise<string | undefined> {
  const { root } = ledgerPaths(dataDir);
  const aside = existsSync(root) ? `${root}.before-${Date.now()}` : undefined;
  if (aside !== undefined) await rename(root, aside);
  await rename(draft, root);
  await syncFolder(dataDir);
  return aside;
}

/** In the form in which it lies in the backup; a plain one ends where the manifest says. */
async function putJournalFile(from: string, to: string, name: string, bytes: number): Promise<void> {
  const plain = join(from, name);
  if (existsSync(plain)) await copyFile(plain, join(to, name), { bytesMax: bytes });
  else await copyFile(`${plain}${sealedEnding}`, join(to, `${name}${sealedEnding}`), {});
}
