import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
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
  /** Where marketops.yml lies. */
  readonly root: string;
  /** Absolute. */
  readonly policies: string;
}

const filesMax = 100_000;

/** Everything but journal and blobs. What is not there is left out. */
export async function smallFilesOf(
  { configPath, dataDir, root, policies }: Source,
  options: { readonly withKeys: boolean; readonly withBlobKeys: boolean },
): Promise<SmallFile[]> {
  const paths = ledgerPaths(dataDir);
  const data = (path: string, secret = false) => below(path, dataDir, inBackup.data, secret);
  const found = [
    { from: await realpath(configPath), path: `${inBackup.config}/marketops.yml`, secret: false },
    ...(await below(policies, policies, `${inBackup.config}/${policiesBelow(root, policies)}`, false)),
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

/** Where marketops.yml looks for them, if that is beside it; what lies elsewhere cannot be put back there, and lies in `policies`. */
function policiesBelow(root: string, policies: string): string {
  const path = relative(root, policies);
  const isBeside = path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
  return isBeside ? path.split(sep).join('/') : 'policies';
}

/** The file, or all files below the folder. A link to a file is that file, for it is read as such; drafts are left out. */
async function below(path: string, root: string, to: string, secret: boolean): Promise<SmallFile[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(path, { withFileTypes: true, recursive: true });
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code !== 'ENOTDIR') throw fault;
    return [
      { from: await realpath(path), path: `${to}/${relative(root, path).split(sep).join('/')}`, secret },
    ];
  }
  if (entries.length > filesMax) throw new RangeError(`${path} has more than ${filesMax} files`);
  const files: SmallFile[] = [];
  for (const entry of entries) {
    if (entry.name.endsWith('.draft')) continue;
    const named = join(entry.parentPath, entry.name);
    const from = entry.isSymbolicLink() ? await fileBehind(named) : entry.isFile() ? named : undefined;
    if (from !== undefined)
      files.push({ from, path: `${to}/${relative(root, named).split(sep).join('/')}`, secret });
  }
  return files;
}

const fileBehind = async (path: string): Promise<string | undefined> => {
  const real = await realpath(path).catch(() => undefined);
  return real !== undefined && (await stat(real)).isFile() ? real : undefined;
};
