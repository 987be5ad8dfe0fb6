import { existsSync } from 'node:fs';
import type { PublicKey } from '@marketops/contracts';
import { holderOf, keyringPath, loadConfig, readKeyring, revokeKey } from '@marketops/engine';
import { ledgerPaths } from '@marketops/journal';
import { parseReason } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { RevokeFlags } from '../commands/keys-revoke.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { sanitize } from '../sanitize.js';
import { listedKey, listSigned } from './keys-signed.js';

export async function keysRevoke(
  invocation: Invocation,
  [keyId = '']: readonly string[],
  flags: RevokeFlags,
): Promise<number> {
  const { output, env, configPath } = invocation;
  const reason = parseReason(flags.reason);
  const loaded = loadConfig(configPath, env);
  const path = keyringPath(loaded.dataDir);
  const before = listedKey(loaded.keyring, keyId);
  if (before.purpose === 'acknowledgement' && flags.force !== true) throw needsForce(keyId);
  const key = await revokeKey(path, keyId, { now: new Date(), reason });
  output.record({
    kind: 'revoked',
    key_id: keyId,
    revoked_at: key.revoked_at,
    reason: key.revoked_because ?? null,
  });
  const again = before.revoked_at === null ? '' : ' already';
  output.line(`${keyId} is revoked${again}, since ${key.revoked_at}: ${sanitize(key.revoked_because ?? '')}`);
  for (const line of consequences(key)) output.line(line);
  output.line();
  if (!existsSync(ledgerPaths(loaded.dataDir).journal)) {
    output.note('There is no ledger here: run marketops keys signed where it is, for what the key signed.');
    return exitCodes.held;
  }
  await listSigned(invocation, loaded, readKeyring(path), key);
  return exitCodes.held;
}

const needsForce = (keyId: string): CliError =>
  new CliError(
    'usage_invalid',
    `${keyId} vouches for the journal: revoked, nothing it committed would verify`,
    {
      next: 'Rotate it instead (marketops keys rotate ledger acknowledgement); docs/keys.md says when --force is right.',
    },
  );

/** What follows, and what to do; in the order in which it matters. */
function consequences(key: PublicKey): readonly string[] {
  switch (key.purpose) {
    case 'mint':
      return [
        'Within a second the gate refuses every receipt it minted. What has started finishes.',
        'Federation goes back to an older key that still counts; without one it authorizes nothing.',
        'Next: marketops keys generate federation mint.',
      ];
    case 'actor':
      return [
        'What the journal committed before stays good. Streams in Redis that hold its statements are suspect from now on, by',
        'design: who has the key and can write Redis could have written them. Their runs hold, and nothing acts on them.',
        `Next: marketops keys generate ${holderOf(key)} actor; submit again what must still ship.`,
      ];
    case 'acknowledgement':
      return [
        'The journal it committed does not verify any more, and the ledger does not start on it. See docs/keys.md.',
      ];
    case 'checkpoint':
      return [
        'The ledger goes back to an older checkpoint key that still counts; without one it publishes no more checkpoints.',
        'Its own ledger still holds itself to what the key signed; strangers must be told, and given the new key.',
        'Next: marketops keys generate ledger checkpoint.',
      ];
    default:
      return [
        `What ${sanitize(holderOf(key))} signed with it counts no more where it has not been acted on: it is looked at again at the mint.`,
      ];
  }
}
