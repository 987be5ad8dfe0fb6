import { type Answer, hold, notAsked, pass, quoted, refuse } from './answer.js';
import type { GateContext } from './context.js';

/**
 * Check 5: minted by our issuer, for this environment, this API and this log, in this epoch (law R1); and for an account
 * and kind this publisher serves. Without the audience a staging receipt would ship to production; without the epoch a
 * restored backup would bring spent receipts back to life.
 */
export function checkAudience(context: GateContext): Answer {
  const { receipt, rules, control, resuming } = context;
  if (receipt === undefined) return notAsked;
  if (receipt.issuer !== rules.issuer) {
    return wrong(
      'issuer_differs',
      `The receipt was issued by ${quoted(receipt.issuer)}, not by ${rules.issuer}.`,
    );
  }
  for (const part of ['environment', 'api_origin', 'log_origin'] as const) {
    if (receipt.audience[part] !== rules.audience[part]) {
      const says = `${quoted(receipt.audience[part])}, and this is ${rules.audience[part]}`;
      return wrong('audience_differs', `The receipt's ${part} is ${says}.`);
    }
  }
  return resuming
    ? checkAllowed(context)
    : firstOf(checkEpoch(receipt.epoch, control?.epoch), checkAllowed(context));
}

/** The code of the one refusal here that is like an expiry: the receipt’s operation is skipped. */
export const epochPassed = 'epoch_passed';
/** The code of the one refusal here that is about the operation itself, whoever presents it. */
export const notServedHere = 'not_served_here';

function checkEpoch(minted: number, current: number | undefined): Answer {
  if (current === undefined) {
    return hold(
      'control_missing',
      'The control key of the partition is missing, so the epoch is not known.',
      'Run marketops doctor. The ledger opens partitions when it has compared Redis with its journal.',
    );
  }
  if (minted === current) return pass;
  return minted < current
    ? wrong(epochPassed, `The receipt is of epoch ${minted}; this is epoch ${current}.`)
    : wrong(
        'epoch_unknown',
        `The receipt is of epoch ${minted}, which has not been opened; this is ${current}.`,
      );
}

/** Asked of the operation that was authorized, not of what the job says about it. */
function checkAllowed({ operation, rules }: GateContext): Answer {
  if (operation.status !== 'loaded' || rules.allowList.allows(operation.operation)) return pass;
  const { owner, name } = operation.operation.repository;
  return refuse(
    notServedHere,
    `This publisher does not do ${operation.operation.kind} in ${owner}/${name}, whatever the receipt says.`,
    'Add it to accounts, and to publisher.accounts where that is there, in the publisher’s marketops.yml, then submit the plan again.',
  );
}

const firstOf = (first: Answer, second: Answer): Answer => (first.verdict === 'pass' ? second : first);
const wrong = (code: string, message: string): Answer =>
  refuse(code, message, 'Submit the plan in this environment; receipts do not travel.');
