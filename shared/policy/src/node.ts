import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '@marketops/proof/node';
import { PolicyError } from './errors.js';
import { type PolicyFiles, policyLimits } from './files.js';
import type { KnownNames } from './known-names.js';
import { openPolicies, type PolicySet } from './open.js';

/**
 * The policies of a folder, `*.cedar`; what else lies there is not looked at.
 * @param known as `openPolicies`
 * @throws PolicyError where the folder or what it holds cannot be taken into force
 */
export const loadPolicyDirectory = (path: string, known?: KnownNames): PolicySet =>
  openPolicies(nodeCrypto, readPolicyDirectory(path), known);

/** The `*.cedar` files of a folder. @throws PolicyError `policy_unreadable`, `policy_too_large` */
export const readPolicyDirectory = (path: string): PolicyFiles => readFolder(path, '.cedar');

/** The tables of cases of a folder, `*.test.yml`. @throws PolicyError as above */
export const readPolicyTests = (path: string): PolicyFiles => readFolder(path, '.test.yml');

function readFolder(path: string, ending: string): PolicyFiles {
  const names = guarded(path, () => readdirSync(path)).filter((name) => name.endsWith(ending));
  if (names.length > policyLimits.filesMax)
    throw new PolicyError(
      'policy_too_large',
      `${path} has more than ${policyLimits.filesMax} files *${ending}`,
    );
  return Object.fromEntries(names.sort().map((name) => [name, readText(join(path, name), name)]));
}

/** A UTF-8 character is at most four bytes. */
const fileBytesMax = 4 * policyLimits.fileCharsMax;

/** Reads no more than may be there, even of a file that grows or is no file. */
function readText(path: string, name: string): string {
  const bytes = guarded(path, () => {
    // Before it is opened: opening a pipe waits for whoever writes into it.
    if (!statSync(path).isFile()) throw new Error('it is not a file');
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(fileBytesMax + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length < buffer.length; length += read)
        read = readSync(file, buffer, length, buffer.length - length, length);
      return buffer.subarray(0, length);
    } finally {
      closeSync(file);
    }
  });
  if (bytes.length > fileBytesMax)
    throw new PolicyError('policy_too_large', `${path} is too large`, [
      { path: name, message: 'is too large' },
    ]);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PolicyError(
      'policy_unreadable',
      `${path} is not UTF-8`,
      [{ path: name, message: 'is not UTF-8' }],
      cause,
    );
  }
}

function guarded<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new PolicyError('policy_unreadable', `${path} cannot be read`, [], cause);
  }
}
