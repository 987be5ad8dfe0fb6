import { type LoadedConfig, loadConfig } from '@marketops/engine';
import {
  checkOccasions,
  checksNow,
  checksOf,
  findReceipt,
  type Live,
  nowOf,
  openRuns,
  orderTrust,
  precedingApprovals,
  readFrozenScopes,
} from '@marketops/operator';
import { type Placed, parseReceiptId } from '@marketops/operator/words';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { renderReceipt, type ShownReceipt } from '../render/receipt.js';

export async function showReceipt(
  { output, env, configPath }: Invocation,
  [text = '']: readonly string[],
): Promise<number> {
  const receiptId = parseReceiptId(text);
  const loaded = loadConfig(configPath, env);
  const runs = await openRuns(loaded, env);
  try {
    const keyring = openKeyring(nodeCrypto, loaded.keyring);
    const trust = { config: loaded.config, keyring };
    const found = await findReceipt(runs, receiptId);
    const frozen = runs.live === undefined ? undefined : await frozenMaps(runs.live, loaded, env);
    const claims = (await runs.ledger?.claimsAgainstReceipt(receiptId)) ?? [];
    const now = checksNow(found, trust, { ...nowOf(runs), frozen });
    const shown: ShownReceipt = {
      ...found,
      now,
      signature: now.find(({ check }) => check === 'signatures'),
      atStart: found.lifecycle.consumed === undefined ? [] : checksOf(found.record, found.operation, trust),
      occasions: checkOccasions(receiptId, found.operation.events, claims),
      approvals: precedingApprovals(found, keyring),
    };
    output.document(asJson(shown));
    renderReceipt(output, shown);
    const broken =
      shown.signature?.verdict === 'fails' || shown.atStart.some(({ verdict }) => verdict === 'fails');
    return broken ? exitCodes.failed : exitCodes.held;
  } finally {
    await runs.close();
  }
}

/** Of both sources, as the gate looks at both. */
async function frozenMaps(
  live: Live,
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>[]> {
  const trust = orderTrust(loaded, env, live);
  const { scopes } = await readFrozenScopes(live, trust);
  return [
    new Map(
      scopes.map(({ scope, events, controlReason }) => [
        scope,
        events.at(-1)?.data.reason ?? controlReason ?? '',
      ]),
    ),
  ];
}

function asJson({
  lifecycle,
  operation,
  signature,
  approvals,
  now,
  atStart,
  occasions,
  record,
}: ShownReceipt) {
  const { receipt, state, issued, consumed, expired, revoked, supersededBy } = lifecycle;
  return {
    receipt,
    state,
    operation: operation.operation ?? null,
    request_principal: record.run.requested?.data.principal ?? null,
    signature: { verdict: signature?.verdict ?? 'fails', evidence: signature?.evidence ?? '' },
    approvals: approvals.map(({ said, approval, time, fault }) => ({
      ...{ said, approver: approval.approver, approval_id: approval.approval_id, key_id: approval.key_id },
      ...{ time, signature_fault: fault ?? null },
    })),
    lifecycle: {
      issued: placed(issued),
      consumed: consumed ? { ...placed(consumed), execution_id: consumed.event.data.execution_id } : null,
      expired: expired ? { ...placed(expired), reason: expired.event.data.reason } : null,
      revoked: revoked ? { ...placed(revoked), ...revokedBy(revoked.event.data) } : null,
      supersedes: receipt.supersedes ?? null,
      superseded_by: supersededBy?.event.data.receipt.receipt_id ?? null,
    },
    checks: now.map(({ check, number, verdict, evidence }) => ({
      ...{ number, check },
      asked: occasions
        .filter((one) => one.check === check)
        .map(({ answer, time, sequence, reason, claimed }) => ({
          ...{ answer, time, ledger_sequence: sequence, reason, claimed },
        })),
      at_start: atStart.find((one) => one.check === check) ?? null,
      now: { verdict, evidence },
    })),
  };
}

const placed = ({
  event,
  sequence,
}: Pick<Placed<'receipt.issued'>, 'sequence'> & { event: { time: string } }) => ({
  time: event.time,
  ledger_sequence: sequence ?? null,
});

/** Null where nobody ordered it: a revoked key took it along. */
const revokedBy = ({ command, reason }: Placed<'receipt.revoked'>['event']['data']) => ({
  principal: command?.principal ?? null,
  reason: command?.reason ?? reason.message,
});
