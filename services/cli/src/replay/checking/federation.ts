import {
  type EventOf,
  initialOperation,
  type MarketOpsEvent,
  type OperationState,
} from '@marketops/contracts';
import {
  type AuthorizationFacts,
  type AuthorizationView,
  type Authorizer,
  checkOrder,
  decideAuthorization,
  decideRevocation,
  type Fresh,
  hearingOf,
  type SigningNames,
  unvouched,
} from '@marketops/federation/deciding';
import { reasonOf } from '@marketops/operator/words';
import type { PolicySet } from '@marketops/policy';
import { nodeCrypto } from '@marketops/proof/node';
import { type CheckContext, planMissing } from './context.js';
import type { DecidedStep } from './groups.js';
import { find } from './planner.js';
import { mintWithoutKeys, signatureFault, unsigned } from './unsigned-mint.js';
import {
  compareSayings,
  diverges,
  input,
  type Redecided,
  type Saying,
  sayingOf,
  sayingsOf,
  undecided,
} from './verdict.js';

/** What federation said of each operation in one step, as it has to be made again. */
interface Said {
  readonly operationId: string;
  readonly fresh: Fresh;
  readonly names: SigningNames;
  readonly policyDigest: string | undefined;
  readonly epoch: number | undefined;
}

/** Receipts, advisories, expiries, and who is asked: by the policies of then, where they are here. */
export async function redecideAuthorization(step: DecidedStep, context: CheckContext): Promise<Redecided> {
  const said = saidIn(step, context);
  const view = viewOf(step, context, said);
  if (view === undefined) return undecided(planMissing(step.before.run));
  const policy = policyOf(said, context);
  if (typeof policy === 'string') return undecided(policy);
  const forged = await signatureFault(step, context);
  if (forged !== undefined) return diverges(forged);
  const facts = factsOf(step, view, said, { context, policy, vouchedSeq: step.before.run.lastSeq });
  const { streams } = await decideAuthorization(authorizerOf(context, said), view, facts);
  return compareSayings(step.events.map(sayingOf).map(unsigned), sayingsOf(streams).map(unsigned));
}

/** That these operations rest on what people said, so that the ledger had to vouch for it first. */
export function redecideCount(step: DecidedStep, context: CheckContext): Redecided {
  const counted = find(step, 'approval.counted');
  if (counted === undefined) return undecided('nothing was counted');
  const { operation_ids: ids, policy_digest: policyDigest } = counted.data;
  const fresh = { nowMs: Date.parse(counted.time), decisionId: counted.id, answerId: counted.id };
  const said = ids.map(
    (operationId): Said => ({
      ...{ operationId, fresh, policyDigest, epoch: undefined },
      names: { keyId: '', hmacKeyId: '' },
    }),
  );
  const view = viewOf(step, context, said);
  if (view === undefined) return undecided(planMissing(step.before.run));
  const policy = policyOf(said, context);
  if (typeof policy === 'string') return undecided(policy);
  const facts = factsOf(step, view, said, { context, policy, vouchedSeq: null });
  const resting = unvouched(authorizerOf(context, said), view, facts);
  const would: Saying = {
    ...{ stream: counted.stream, type: counted.type },
    data: {
      plan_digest: view.planDigest,
      policy_digest: policy.digest,
      operation_ids: resting.slice(0, 100),
    },
  };
  return compareSayings([sayingOf(step.first)], resting.length === 0 ? [] : [would]);
}

/** An order to revoke, weighed again as of when it was obeyed. */
export function redecideRevocation(step: DecidedStep, context: CheckContext): Redecided {
  const revoked = find(step, 'receipt.revoked');
  const command = revoked?.data.command;
  if (revoked === undefined || command == null) return undecided('which order it obeyed is not recorded');
  const operationId = revoked.stream.split('/')[2] ?? '';
  const { keyring, audience } = context;
  const nowMs = Date.parse(revoked.time);
  try {
    const action = checkOrder({ crypto: nodeCrypto, keyring, audience }, command, nowMs);
    const state = step.before.operations.get(operationId) ?? initialOperation;
    const { streams } = decideRevocation({ run: step.before.run, state }, command, action);
    return compareSayings(step.events.map(sayingOf), sayingsOf(streams));
  } catch (fault) {
    return diverges(`the order would not be obeyed: ${reasonOf(fault)}`);
  }
}

export const carried = (type: MarketOpsEvent['type']): Redecided =>
  input(`${type} is what somebody said: federation weighs it where it decides`);

/** What a step said of each of its operations. A request for approval names several. */
function saidIn({ events, first }: DecidedStep, { loaded }: CheckContext): Said[] {
  const said = new Map<string, Said>();
  const nowMs = Date.parse(first.event.time);
  const none = { keyId: '', hmacKeyId: '' };
  const decisions = new Map<string, EventOf<'operation.authorized'>>();
  for (const { event } of events) {
    const operationId = event.stream.split('/')[2] ?? '';
    if (event.type === 'operation.authorized') decisions.set(operationId, event);
    if (event.type === 'receipt.issued') {
      const { receipt } = event.data;
      said.set(operationId, {
        ...{ operationId, policyDigest: receipt.policy_digest, epoch: receipt.epoch },
        fresh: freshOf(receipt.issued_at, receipt.decision_id, receipt.receipt_id.replace(/^rcp_/, '')),
        names: { keyId: receipt.key_id, hmacKeyId: receipt.hmac_key_id },
      });
    } else if (event.type === 'receipt.advised') {
      const { advisory } = event.data;
      said.set(operationId, {
        ...{ operationId, policyDigest: advisory.policy_digest, epoch: advisory.epoch },
        fresh: freshOf(advisory.issued_at, advisory.decision_id, advisory.advisory_id),
        names: { keyId: advisory.key_id, hmacKeyId: '' },
      });
    } else if (event.type === 'receipt.expired' && !said.has(operationId)) {
      const fresh = { nowMs, decisionId: event.id, answerId: event.id };
      said.set(operationId, { operationId, fresh, names: none, policyDigest: undefined, epoch: undefined });
    } else if (event.type === 'approval.requested') {
      const { request_id: id, operation_ids: ids, expires_at: until } = event.data;
      // It was asked right before the event was appended: its end says when to the millisecond.
      const askedMs = Date.parse(until) - loaded.config.timing.approval_ttl_ms;
      const isNear = Math.abs(askedMs - nowMs) < nearMs;
      const fresh = { nowMs: isNear ? askedMs : nowMs, decisionId: id, answerId: id };
      for (const one of ids)
        said.set(one, { operationId: one, fresh, names: none, policyDigest: undefined, epoch: undefined });
    }
  }
  return [...said.values()];
}

const nearMs = 60_000;

const freshOf = (at: string, decisionId: string, answerId: string): Fresh => ({
  ...{ nowMs: Date.parse(at), decisionId, answerId },
});

function viewOf(
  { before }: DecidedStep,
  { plan, planDigest, operations, runId }: CheckContext,
  said: readonly Said[],
): AuthorizationView | undefined {
  if (plan === undefined) return undefined;
  const states = plan.operations.map(({ operation_id: id }): [string, OperationState] => [
    id,
    before.operations.get(id) ?? initialOperation,
  ]);
  return {
    ...{ runId, run: before.run, plan, operations, states: new Map(states) },
    asked: said.map(({ operationId }) => operationId),
    planDigest,
    lastEventId: '',
    runDigest: () => '',
  };
}

/**
 * The policies it was decided by, where they can be asked; else why not. A request for approval does not name them: those by which
 * the run was decided afterwards are asked, else those of now.
 */
function policyOf(said: readonly Said[], context: CheckContext): PolicySet | string {
  const { policies, policiesAt, policyOfRun } = context;
  const named = said.find(({ policyDigest }) => policyDigest !== undefined)?.policyDigest ?? policyOfRun;
  const found = named === undefined ? policies.at(-1) : policies.find(({ digest }) => digest === named);
  if (found !== undefined) return found;
  if (policies.length === 0) return `no policies can be read in ${policiesAt}`;
  const here = policies.map(({ digest }) => digest).join(' and ');
  return `it was decided by policies of digest ${named ?? '?'}; in ${policiesAt} there are ${here}: name a folder of then with --policies`;
}

function factsOf(
  { first, before }: DecidedStep,
  view: AuthorizationView,
  said: readonly Said[],
  by: {
    readonly context: CheckContext;
    readonly policy: PolicySet;
    readonly vouchedSeq: number | null;
  },
): AuthorizationFacts {
  const { context, policy, vouchedSeq } = by;
  const moment = { time: first.event.time, sequence: first.entry?.sequence ?? Infinity };
  const nowMs = said[0]?.fresh.nowMs ?? Date.parse(first.event.time);
  const { keyring, system } = context;
  const hearing = hearingOf({ crypto: nodeCrypto, audience: context.audience }, view, keyring, nowMs);
  const recorded = said.find(({ epoch }) => epoch !== undefined)?.epoch;
  return {
    ...{
      nowMs,
      policy,
      keyring,
      keys: keyring.list(),
      vouchedSeq: vouchedSeq === null ? null : before.run.lastSeq,
    },
    epoch: system.epochAt(moment) ?? recorded ?? 1,
    fresh: new Map(said.map(({ operationId, fresh }) => [operationId, fresh])),
    hearing: () => hearing,
    frozen: [system.frozenAt(moment)],
  };
}

function authorizerOf({ loaded, audience }: CheckContext, said: readonly Said[]): Authorizer {
  const { config } = loaded;
  const authority = { issuer: config.issuer, audience, receiptTtlMs: config.timing.receipt_ttl_ms };
  return {
    crypto: nodeCrypto,
    audience,
    mint: mintWithoutKeys(authority, new Map(said.map((one) => [one.operationId, one.names]))),
    approvalTtlMs: config.timing.approval_ttl_ms,
  };
}
