import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InputError, limits } from '@marketops/contracts';
import { reasonOf } from '../errors.js';

/**
 * A plan file's text: a regular file, at most 1 MiB, UTF-8. Read to its limit and one byte beyond, because a file may
 * grow while it is read.
 * @throws InputError `request_malformed`, `request_too_large`
 */
export function readPlanFile(path: string): string {
  const bytes = readBounded(path, limits.requestBytesMax);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError('request_malformed', `${path} is not UTF-8 text`, {
      next: 'Save the plan as UTF-8; a plan is YAML or JSON.',
      cause,
    });
  }
}

function readBounded(path: string, bytesMax: number): Uint8Array {
  const file = openFile(path);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) {
      throw new InputError('request_malformed', `${path} is not a file`, { next: 'Name a plan file.' });
    }
    const buffer = Buffer.alloc(Math.min(stats.size, bytesMax) + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < buffer.length; length += read) {
      read = readSync(file, buffer, length, buffer.length - length, null);
    }
    if (stats.size > bytesMax || length > bytesMax) {
      const size = Math.max(stats.size, length);
      throw new InputError('request_too_large', `${path} has ${size} bytes; a plan has at most ${bytesMax}`, {
        next: 'Split the plan, and move long texts into files named with body_file.',
      });
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new InputError('request_malformed', `${path} cannot be read: ${reasonOf(cause)}`, {
      next: 'Name a plan file that is there and that you may read.',
      cause,
    });
  }
}
