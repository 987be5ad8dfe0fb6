import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ledgerPaths } from '@marketops/journal';

/**
 * Journal and blobs lie in `data` of a backup's folder and only grow there. The rest lies in `data` and `config` of its state: what
 * lies in the data folder of a system, and what lies beside marketops.yml.
 */
export const inBackup = { data: 'data', config: 'config' } as const;

/** Where the parts of a backup lie, and of a data folder: the same below both. */
export const partsOf = (dataDir: string) => ({
  journal: ledgerPaths(dataDir).journal,
  blobs: join(dataDir, 'blobs'),
  keys: join(dataDir, 'keys'),
  blobKeys: join(dataDir, 'blob-keys'),
});

export interface SmallFile {
  readonly from: string;
  /** Below the backup's state. */
  readonly path: string;
  /** For its owner alone. */
  readonly secret: boolean;
}

export interface Source {
  readonly configPath: string;
  readonly dataDir: string;
  /** Absolute. */
  readonly policies: string;
}

const filesMax = 100_000;

/** Everything but journal and blobs. What is not there is left out. */
export async function smallFilesOf(
  { configPath, dataDir, policies }: Source,
  options: { readonly withKeys: boolean; readonly withBlobKeys: boolean },
): Promise<SmallFile[]> {
  const paths = ledgerPaths(dataDir);
  const data = (path: string, secret = false) => below(path, dataDir, inBackup.data, secret);
  const found = [
    { from: configPath, path: `${inBackup.config}/marketops.yml`, secret: false },
    ...(await below(policies, policies, `${inBackup.config}/policies`, false)),
    ...(await data(join(dataDir, 'keyring.json'))),
    ...(await data(join(paths.root, 'epochs.json'))),
    // The memory of what was signed comes before the journal: what is signed meanwhile is not in this one.
    ...(await data(paths.signed)),
    ...(await data(paths.pins)),
    ...(options.withKeys ? await data(partsOf(dataDir).keys, true) : []),
    ...(options.withKeys ? await data(join(dataDir, 'redis-users.acl'), true) : []),
    ...(options.withBlobKeys ? await data(partsOf(dataDir).blobKeys, true) : []),
  ];
  return found;
}

/** The file, or all files below the folder. Drafts and links are left out. */
async function below(path: string, root: string, to: string, secret: boolean): Promise<SmallFile[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(path, { withFileTypes: true, recursive: true });
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code !== 'ENOTDIR') throw fault;
    return [{ from: path, path: `${to}/${relative(root, path).split(sep).join('/')}`, secret }];
  }
  if (entries.length > filesMax) throw new RangeError(`${path} has more than ${filesMax} files`);
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.draft'))
    .map((entry) => {
      const from = join(entry.parentPath, entry.name);
      return { from, path: `${to}/${relative(root, from).split(sep).join('/')}`, secret };
    });
}
