import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@marketops/engine';
import { parseJournalFileName } from '@marketops/verifier';
import { backupInvalid } from './errors.js';

/** A journal file of a backup. Bytes and digest are those of the plain form, whichever form it lies there in. */
export interface BackedUpJournalFile {
  /** `<term>-<first sequence>.jsonl` */
  readonly name: string;
  /** The file may be longer, where a later backup was interrupted: what stands after these bytes is not part of it. */
  readonly bytes: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

export interface BackedUpFile {
  /** Below the backup's folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** `manifest.json`: what a backup holds and where it stands. Written last, so an interrupted backup leaves the one before. */
export interface Manifest {
  readonly version: 1;
  /** UTC. */
  readonly made_at: string;
  /** `<log_origin>#<digest of the first entry>`: another ledger's backup never mixes with it. */
  readonly ledger: string;
  /** The last committed entry, and the chain's hash there. */
  readonly last_sequence: number;
  readonly last_hash: string;
  /** The checkpoint that was signed last before, a signed note; null where none was. */
  readonly checkpoint: string | null;
  readonly journal: readonly BackedUpJournalFile[];
  /** The folder of everything small. Each backup makes its own, so that an interrupted one takes nothing from the one before. */
  readonly state: string;
  readonly files: readonly BackedUpFile[];
  /** Blobs name themselves by their digest; this is how many there are, and the SHA-256 of their names in order, a line each. */
  readonly blobs: { readonly count: number; readonly bytes: number; readonly names_sha256: string };
  readonly with_keys: boolean;
  readonly with_blob_keys: boolean;
}

const name = 'manifest.json';
const bytesMax = 64 * 1_024 * 1_024;
const hex = /^[0-9a-f]{64}$/;
const stateName = /^state-[0-9A-Za-z]{1,40}$/;

export const writeManifest = (folder: string, manifest: Manifest): void =>
  replaceFile(join(folder, name), `${JSON.stringify(manifest, null, 2)}\n`, 0o640);

/** @returns undefined where there is none. @throws CliError `backup_invalid` */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, name);
  let text: string;
  try {
    const file = await open(path);
    try {
      if ((await file.stat()).size > bytesMax) throw new RangeError(`it has more than ${bytesMax} bytes`);
      text = await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw backupInvalid(`${path} cannot be read`, fault);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (fault) {
    throw backupInvalid(`${path} is not JSON`, fault);
  }
  if (!isManifest(value)) throw backupInvalid(`${path} is no manifest of a backup of this version`);
  return value;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isDigest = (value: unknown): boolean => isText(value) && hex.test(value);

function isManifest(value: unknown): value is Manifest {
  if (!isObject(value) || value['version'] !== 1) return false;
  const { made_at, ledger, last_sequence, last_hash, checkpoint, journal, state, files, blobs } = value;
  return (
    isText(made_at) &&
    isText(ledger) &&
    isCount(last_sequence) &&
    isDigest(last_hash) &&
    (checkpoint === null || isText(checkpoint)) &&
    Array.isArray(journal) &&
    journal.every(isJournalFile) &&
    isText(state) &&
    stateName.test(state) &&
    Array.isArray(files) &&
    files.every(isFile) &&
    isObject(blobs) &&
    isCount(blobs['count']) &&
    isCount(blobs['bytes']) &&
    isDigest(blobs['names_sha256']) &&
    typeof value['with_keys'] === 'boolean' &&
    typeof value['with_blob_keys'] === 'boolean'
  );
}

const isJournalFile = (value: unknown): boolean =>
  isObject(value) &&
  isText(value['name']) &&
  parseJournalFileName(value['name']) !== undefined &&
  isCount(value['bytes']) &&
  isDigest(value['sha256']);

/** A path that leads out of the folder is not one that we wrote. */
const isInside = (path: string): boolean =>
  path.length <= 1_000 &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\\'));

const isFile = (value: unknown): boolean =>
  isObject(value) &&
  isText(value['path']) &&
  isInside(value['path']) &&
  isCount(value['bytes']) &&
  isDigest(value['sha256']);
