import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Keyring } from '@marketops/contracts';
import {
  keyringLockHolder,
  keyringLockPath,
  keyringPath,
  type Settings,
  type Unfinished,
  unfinishedKeys,
  unsharedSecrets,
} from '@marketops/engine';
import { draftEnding } from '@marketops/files';
import { type Finding, fail, warn } from './finding.js';
import { keyHolders } from './keys.js';

/**
 * What commands that died while they changed keys have left, each with the command that mends it. The lock comes first: it
 * stands in the way of the others.
 */
export function unfinishedFindings(
  { dataDir }: Pick<Settings, 'dataDir'>,
  keyring: Keyring | undefined,
): Finding[] {
  const lock = keyringLockHolder(keyringPath(dataDir));
  // Somebody is at it: what looks unfinished is being done.
  if (lock?.lives === true) return [];
  const nowMs = Date.now();
  const keysDirOf = (holder: string): string => join(dataDir, 'keys', holder);
  const unfinished = [
    ...keyHolders.flatMap((service) =>
      unfinishedKeys(keysDirOf(service), service, { listed: keyring?.keys, nowMs }),
    ),
    ...unsharedSecrets({ federation: keysDirOf('federation'), publisher: keysDirOf('publisher') }, nowMs),
  ];
  const told = new Set(unfinished.map(({ subject }) => subject));
  const others = [dataDir, ...foldersIn(join(dataDir, 'keys'))]
    .flatMap(draftsBelow)
    .filter((path) => !told.has(path));
  return [
    ...(lock === undefined ? [] : [staleLock(keyringLockPath(keyringPath(dataDir)), lock.pid)]),
    ...unfinished.map((one) => unfinishedFinding(one, nowMs)),
    ...others.map((path) => warn('keys', `${path} was never finished, and nobody reads it`, remove(path))),
  ];
}

const staleLock = (path: string, pid: number): Finding =>
  fail(
    'keys',
    `keyring.json is locked by process ${pid}, which is gone: no key can be changed`,
    remove(path),
  );

function unfinishedFinding({ kind, service, name, subject, until }: Unfinished, nowMs: number): Finding {
  const holder = name === 'receipt-hmac' ? 'federation' : service;
  const rotate = `marketops keys rotate ${holder} ${name}`;
  switch (kind) {
    case 'draft':
      return warn(
        'keys',
        `an interrupted rotation left ${subject}: a private half that no service uses`,
        `Begin anew, which removes it: ${rotate}`,
      );
    case 'private_half_missing':
      return warn(
        'keys',
        `the keyring lists ${subject} as ${name} key of ${service}, and its private half is not here`,
        `Where no other machine has it, begin anew: ${rotate}`,
      );
    case 'no_successor':
      return warn(
        'keys',
        `${service} works until ${until}: then its last ${name} key ends (${subject}), and no other takes its place`,
        `Give it one: ${rotate}`,
      );
    case 'secret_not_shared': {
      const over = until !== undefined && Date.parse(until) <= nowMs;
      const accepted = over ? 'the publisher does not accept' : `the publisher accepts only until ${until}`;
      return (over ? fail : warn)(
        'keys',
        `federation mints with ${subject}, which ${accepted}`,
        `Give both a new one: ${rotate}`,
      );
    }
  }
}

const remove = (path: string): string => `Remove it: rm ${shellWord(path)}`;

/** As one can paste it. */
const shellWord = (path: string): string =>
  /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

const foldersIn = (folder: string): string[] =>
  namesIn(folder, (entry) => entry.isDirectory()).map((name) => join(folder, name));

const draftsBelow = (folder: string): string[] =>
  namesIn(folder, (entry) => entry.name.endsWith(draftEnding)).map((name) => join(folder, name));

function namesIn(
  folder: string,
  wanted: (entry: { readonly name: string; isDirectory(): boolean }) => boolean,
): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(wanted)
      .map(({ name }) => name);
  } catch {
    // A folder that is not there is told of by its keys.
    return [];
  }
}
