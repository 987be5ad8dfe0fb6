import { logInFolder } from '@marketops/verifier/node';

/** What the public log in a folder says of itself; its signature is not asked here. */
export interface LocalCheckpoint {
  readonly size: number;
  readonly root: string;
  readonly note: string;
}

const noteBytesMax = 1_048_576;

/** @returns undefined where there is none, or none that can be read */
export async function checkpointIn(folder: string | undefined): Promise<LocalCheckpoint | undefined> {
  if (folder === undefined) return undefined;
  const bytes = await logInFolder(folder)
    .read('checkpoint', noteBytesMax)
    .catch(() => undefined);
  if (bytes === undefined) return undefined;
  const note = new TextDecoder().decode(bytes);
  const [, size = '', root = ''] = note.split('\n');
  return /^\d{1,15}$/.test(size) && root !== '' ? { size: Number(size), root, note } : undefined;
}
