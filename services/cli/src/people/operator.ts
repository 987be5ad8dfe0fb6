import type { OperatorAction, OperatorCommand } from '@marketops/contracts';
import { isoTime, type LoadedConfig, newUlid } from '@marketops/engine';
import { type OpenKeyring, openKeyring, signCommand } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { parseReason } from '../arguments.js';
import { systemAudience } from '../reading/audience.js';
import { AuthorityError } from './errors.js';
import type { HoldersKey } from './key-file.js';
import { listedKey } from './listed-key.js';
import { chosenKey, type KeyChoice } from './which-key.js';

/** An order counts this long: enough to be carried, too short to be kept for later. */
const orderMs = 5 * 60_000;

/** Somebody at the command whose key is listed: orders are signed in their name. */
export interface Operator {
  readonly principal: string;
  order(action: OperatorAction): OperatorCommand;
}

/**
 * Whoever gives orders here, with the reason that stands in all of them. Takes no Redis: what was typed is
 * refused before anything is connected.
 * @throws CliError `usage_invalid`; ConfigError as `readHoldersKey`; AuthorityError as `listedKey`
 */
export function openOperator(
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv,
  { reason: text, ...choice }: KeyChoice & { readonly reason: string },
): Operator {
  const reason = parseReason(text);
  const held = chosenKey(env, choice);
  const principal = principalOf(openKeyring(nodeCrypto, loaded.keyring), held);
  const audience = systemAudience(loaded, env);
  return {
    principal,
    order(action) {
      const nowMs = Date.now();
      const claims = {
        version: 1,
        command_id: newUlid(),
        action,
        reason,
        principal,
        key_id: held.keyId,
        audience,
        issued_at: isoTime(nowMs),
        expires_at: isoTime(nowMs + orderMs),
      } as const;
      return signCommand(nodeCrypto, claims, held.key);
    },
  };
}

/** As the keyring has it: what the key file says of itself is no authority. */
export function principalOf(keyring: OpenKeyring, held: HoldersKey): string {
  const listed = listedKey(keyring, held, { purpose: 'approver', at: isoTime(Date.now()) });
  if (listed.purpose === 'approver' && listed.principal === held.holder) return listed.principal;
  throw new AuthorityError('key_not_listed', `the keyring does not list this key for ${held.holder}`, {
    next: 'Use the file as it was made, or have a new key added: marketops approver add.',
  });
}
