import { existsSync } from 'node:fs';
import type { Keyring, PublicKey } from '@marketops/contracts';
import { type LoadedConfig, loadConfig } from '@marketops/engine';
import { ledgerPaths } from '@marketops/journal';
import { findSigned, type SignedThing } from '@marketops/operator/reading';
import type { Invocation } from '../command.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { renderSigned, renderSum, type SignedSum } from '../render/keys.js';
import { sanitize } from '../sanitize.js';

export async function keysSigned(invocation: Invocation, [keyId = '']: readonly string[]): Promise<number> {
  const loaded = loadConfig(invocation.configPath, invocation.env);
  const { journal, root } = ledgerPaths(loaded.dataDir);
  if (!existsSync(journal)) {
    throw new CliError('ledger_missing', `there is no ledger in ${root}`, {
      next: 'Start one with marketops dev, or name the right marketops.yml with --config.',
    });
  }
  await listSigned(invocation, loaded, loaded.keyring, listedKey(loaded.keyring, keyId));
  return exitCodes.held;
}

/** @throws CliError `usage_invalid` */
export function listedKey(keyring: Keyring, keyId: string): PublicKey {
  const key = keyring.keys.find(({ key_id: id }) => id === keyId);
  if (key !== undefined) return key;
  throw new CliError('usage_invalid', `the keyring lists no key ${sanitize(keyId.slice(0, 100))}`, {
    next: 'marketops keys list shows the keys there are.',
  });
}

/** Prints everything a key signed as it is found, and then the sum. */
export async function listSigned(
  { output }: Invocation,
  { dataDir }: Pick<LoadedConfig, 'dataDir'>,
  keyring: Keyring,
  key: PublicKey,
): Promise<SignedSum> {
  const found: Partial<Record<SignedThing['kind'], number>> = {};
  const receipts: Record<string, number> = {};
  let late = 0;
  const take = (thing: SignedThing): void => {
    found[thing.kind] = (found[thing.kind] ?? 0) + 1;
    if (thing.kind === 'receipt') receipts[thing.state] = (receipts[thing.state] ?? 0) + 1;
    if (thing.after_revocation) late += 1;
    output.record(thing);
    renderSigned(output, thing);
  };
  await findSigned(ledgerPaths(dataDir).journal, { keyring, key, nowMs: Date.now() }, take);
  const sum = { key_id: key.key_id, found, receipts, after_revocation: late };
  output.record({ kind: 'sum', ...sum });
  renderSum(output, sum);
  return sum;
}
