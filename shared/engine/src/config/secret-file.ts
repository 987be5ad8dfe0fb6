import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ConfigError } from '../errors.js';

const fileBytesMax = 10_000;

/** A secret as it stands in its file, without white space around it. */
export interface SecretText {
  /** Empty where the file is. */
  readonly text: string;
  /** Another one whenever the file has been written or replaced. */
  readonly stamp: string;
}

/**
 * Reads the file that a variable names: of bounded size, and readable by its owner alone. A link is followed, as mounted secrets
 * are links; what it leads to is what counts.
 * @param variable names it in what is thrown, such as `GITHUB_TOKEN_FILE`
 * @throws ConfigError `key_missing`, `key_exposed`, `key_invalid`; never with what the file says
 */
export function readSecretFile(path: string, variable: string): SecretText {
  const where = `${variable} names ${path}, which`;
  const invalid = (what: string) =>
    new ConfigError('key_invalid', `${where} ${what}`, { next: `Correct ${variable}.` });
  let file: number | undefined;
  try {
    // Opening a pipe would wait for whoever writes into it.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file, { bigint: true });
    if (!stats.isFile()) throw invalid('is not a file');
    refuseReadable(where, path, Number(stats.mode), Number(stats.uid));
    const bytes = Buffer.alloc(fileBytesMax + 1);
    const length = readWhole(file, bytes);
    if (length > fileBytesMax) throw invalid('is too large for a secret');
    const stamp = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':');
    return { text: bytes.toString('utf8', 0, length).trim(), stamp };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('key_missing', `${where} cannot be read`, {
      next: `Correct ${variable}, or what it names.`,
      cause,
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** @returns how much there is, and one byte more than allowed at most */
function readWhole(file: number, into: Buffer): number {
  let length = 0;
  for (;;) {
    const read = readSync(file, into, length, into.length - length, null);
    length += read;
    if (read === 0 || length === into.length) return length;
  }
}

/** Whoever may read a token may use it: as with the files of keys. */
function refuseReadable(where: string, path: string, mode: number, uid: number): void {
  const stranger = process.getuid !== undefined && uid !== process.getuid() && uid !== 0;
  if ((mode & 0o077) === 0 && !stranger) return;
  const how = stranger ? `belongs to somebody else (uid ${uid})` : 'can be read by others';
  throw new ConfigError('key_exposed', `${where} ${how}`, {
    next: `Run chmod 600 ${path}, and replace the secret if others had access.`,
  });
}
