import { freezeScopes, startScopes } from '@marketops/contracts';
import { frozenScope } from '@marketops/engine/deciding';
import { type Answer, hold, notAsked, pass, refuse } from './answer.js';
import type { GateContext } from './context.js';
import { isSameJson } from './same-json.js';

/** The hold that is normal for a moment: the ledger commits in batches. */
export const acknowledgementLate = 'acknowledgement_late';
/** The hold of an account that has started as much as this publisher lets it. */
const hourlyCap = 'hourly_cap';

/** The hold of an account whose provider's limits leave no room now, or whose other operations come first. */
const throttled = 'throttled';

/**
 * Check 12: the receipt stands in the operation's stream as it was presented, the ledger has acknowledged its issuance,
 * and nothing that covers the operation is frozen (laws X1, O1). Either source of a freeze suffices; a control key that is
 * missing or closed counts as frozen. The publisher's own cap on starts stands here too, and the limits of the account: reasons to wait.
 */
export function checkAcknowledged(context: GateContext): Answer {
  const { receipt, stream } = context;
  if (receipt === undefined || stream === null) return notAsked;
  if (!isIssuedHere(context)) {
    return refuse(
      'receipt_not_issued',
      'The stream of the operation does not hold this receipt with these bytes.',
      'Do not act on it: a genuine receipt is recorded before it is handed out.',
    );
  }
  const frozen = checkFreeze(context, receipt.tenant_id);
  if (frozen.verdict !== 'pass') return frozen;
  if (!context.issuanceAcknowledged) {
    return hold(
      acknowledgementLate,
      'The ledger has not acknowledged the receipt’s issuance yet.',
      'Check that the ledger runs (marketops doctor). Work goes on by itself.',
    );
  }
  // Last: what would be refused for anything else is refused now, and not when the hour has room.
  return checkCap(context);
}

/** The publisher's own cap on starts, of which a resumption is none, and what the provider allows, to which it is another. */
function checkCap({ capWaitMs, resuming, throttled: waits }: GateContext): Answer {
  if (waits !== null) {
    return hold(
      throttled,
      `The account has no room for another operation now: ${waits.why}.`,
      'Nothing to do: it goes on when there is room. See marketops limits.',
      waits.waitMs,
    );
  }
  if (resuming || capWaitMs <= 0) return pass;
  return hold(
    hourlyCap,
    'The account has started as many operations within an hour as this publisher’s configuration allows.',
    'Nothing to do: it goes on when the hour has room. Or raise starts_per_hour in marketops.yml.',
    capWaitMs,
  );
}

/** The live or consumed receipt of this stream is, byte for byte, the one presented. */
export function isIssuedHere({ receipt, stream }: Pick<GateContext, 'receipt' | 'stream'>): boolean {
  const issued = stream?.state.issued?.data.receipt;
  if (receipt === undefined || issued === undefined || issued.receipt_id !== receipt.receipt_id) return false;
  return isSameJson(issued, receipt);
}

function checkFreeze({ control, systemFrozen, operation, stream }: GateContext, tenantId: string): Answer {
  if (control === null || control.state !== 'open') {
    const reason = control === null ? 'its control key is missing' : control.reason;
    return hold(
      'partition_closed',
      `The partition is closed: ${reason}`,
      'Run marketops doctor. The ledger opens partitions when it has compared Redis with its journal.',
    );
  }
  if (operation.status !== 'loaded') return notAsked;
  // What has been started goes on where only the ledger's room runs short.
  const scopesOf = stream?.state.started === undefined ? startScopes : freezeScopes;
  const frozen = frozenScope(
    scopesOf(tenantId, operation.operation.repository),
    control.frozen,
    systemFrozen,
  );
  if (frozen === undefined) return pass;
  return hold('frozen', `${frozen.scope} is frozen: ${frozen.reason}`, 'Wait until it is unfrozen.');
}
