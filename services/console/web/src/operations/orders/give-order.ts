import type { OperatorAction as ActionBody, CommandToSign } from '@marketops/client';
import type { OperatorAction, OperatorCommand } from '@marketops/contracts';
import { webCrypto } from '@marketops/proof/web';
import { api, unwrap } from '../../data/api.js';
import {
  confirmOrder,
  type ListedKey,
  type Signer,
  SigningError,
  signOrderWith,
} from '../../signing/index.js';

export interface Orderer {
  readonly principal: string;
  readonly audience: CommandToSign['claims']['audience'];
}

/**
 * Has the server write an order, confirms here that it says what is shown and nothing else, and signs it. Nothing is ordered
 * until the result is carried.
 * @throws ProblemError where it would not count; SigningError
 */
export async function signedOrder(
  action: OperatorAction,
  reason: string,
  { principal, audience }: Orderer,
  { signer, listed }: { readonly signer: Signer; readonly listed: ListedKey },
): Promise<OperatorCommand> {
  const keyId = signer.keyId;
  const toSign = unwrap(
    await api.POST('/v1/commands/to-sign', { body: { action: sent(action), reason, key_id: keyId } }),
  );
  const asked = { action, reason, principal, keyId, audience };
  const { faults, confirmed } = confirmOrder(webCrypto, toSign, asked, Date.now());
  if (confirmed === undefined)
    throw new SigningError('statement_differs', faults.map(({ message }) => message).join(' '));
  return signOrderWith(webCrypto, signer, confirmed, listed);
}

/** `freezes` is left out where it is not said: over the wire there is no other way. */
function sent(action: OperatorAction): ActionBody {
  if (action.kind !== 'unfreeze') return action;
  const { freezes, ...rest } = action;
  return freezes === undefined ? rest : { ...rest, freezes };
}
