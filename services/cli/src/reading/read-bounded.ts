import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { reasonOf } from '@marketops/operator/words';
import { CliError } from '../errors.js';

/**
 * A small text from a file, or from standard input where the path is `-`; never more than `bytesMax` of it in memory.
 * @throws CliError `usage_invalid`
 */
export async function readBounded(
  path: string,
  bytesMax: number,
  stdin: Readable = process.stdin,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of path === '-' ? stdin : createReadStream(path)) {
      const bytes = Buffer.from(chunk as Uint8Array);
      size += bytes.length;
      if (size > bytesMax) break;
      chunks.push(bytes);
    }
  } catch (cause) {
    throw new CliError('usage_invalid', `${path} cannot be read: ${reasonOf(cause)}`, {
      next: 'Name a file, or - for standard input.',
      cause,
    });
  }
  if (size <= bytesMax) return Buffer.concat(chunks).toString('utf8');
  throw new CliError('usage_invalid', `${path} has more than ${bytesMax} bytes`, {
    next: 'It is no statement: name the file that evidence sign wrote.',
  });
}
