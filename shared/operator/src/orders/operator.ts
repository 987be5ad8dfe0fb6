import type { OperatorAction, OperatorCommand } from '@marketops/contracts';
import { isoTime, type LoadedConfig } from '@marketops/engine';
import { type OpenKeyring, openKeyring, signCommand } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { AuthorityError } from '../approvals/errors.js';
import { parseReason } from '../arguments.js';
import type { HoldersKey } from '../holders/key-file.js';
import { listedKey } from '../holders/listed-key.js';
import { chosenKey, type KeyChoice } from '../holders/which-key.js';
import { systemAudience } from '../system/audience.js';
import { commandClaims } from './command-claims.js';

/**
 * Somebody whose key is listed: orders are signed in their name. Where the key is not here (a person signs elsewhere), `order` gives
 * out the order that was signed for this very action.
 */
export interface Operator {
  readonly principal: string;
  order(action: OperatorAction): OperatorCommand;
}

/**
 * Whoever gives orders here, with the reason that stands in all of them. Takes no Redis: what was typed is
 * refused before anything is connected.
 * @throws OperatorError `usage_invalid`; ConfigError as `readHoldersKey`; AuthorityError as `listedKey`
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
      const claims = commandClaims({
        action,
        reason,
        principal,
        keyId: held.keyId,
        audience,
        nowMs: Date.now(),
      });
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
