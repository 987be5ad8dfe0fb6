import type {
  Approval,
  ApprovalClaims,
  Audience,
  Evidence,
  EvidenceClaims,
  OperatorAction,
  OperatorCommand,
} from '@marketops/contracts';
import { signApproval, signCommand, signEvidence } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { newUlid } from '../ids.js';
import type { OutsideName, TestKeys } from './keys.js';

/** Where what is signed here counts: as `testConfig` says. */
export const testAudience: Audience = {
  environment: 'test',
  api_origin: 'https://api.github.test',
  log_origin: 'marketops.test/log',
};

const hourMs = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

type About = Pick<ApprovalClaims, 'run_id' | 'plan_digest'>;

/** What an approver says of a plan, signed with that approver's own key. */
export function approvalBy(
  keys: TestKeys,
  approver: OutsideName,
  about: About,
  nowMs: number,
  over: Partial<ApprovalClaims> = {},
): Approval {
  const { keyId, key } = keys.outside(approver);
  const claims: ApprovalClaims = {
    version: 1,
    approval_id: newUlid(),
    verdict: 'grant',
    operations: 'all',
    audience: testAudience,
    approver,
    key_id: keyId,
    reason: null,
    withdraws: null,
    issued_at: iso(nowMs),
    expires_at: iso(nowMs + hourMs),
    ...about,
    ...over,
  };
  return signApproval(nodeCrypto, claims, key);
}

/** An operator's order, signed with that operator's own key. */
export function commandBy(
  keys: TestKeys,
  principal: OutsideName,
  action: OperatorAction,
  nowMs: number,
  over: Partial<Omit<OperatorCommand, 'signature'>> = {},
): OperatorCommand {
  const { keyId, key } = keys.outside(principal);
  return signCommand(
    nodeCrypto,
    {
      version: 1,
      command_id: newUlid(),
      action,
      reason: 'an incident',
      principal,
      key_id: keyId,
      audience: testAudience,
      issued_at: iso(nowMs),
      expires_at: iso(nowMs + 5 * 60_000),
      ...over,
    },
    key,
  );
}

/** What an issuer outside vouches for, signed with its own key. */
export function evidenceBy(
  keys: TestKeys,
  about: About,
  nowMs: number,
  over: Partial<EvidenceClaims> = {},
): Evidence {
  const { keyId, key } = keys.outside('ci');
  return signEvidence(
    nodeCrypto,
    {
      version: 1,
      evidence_id: newUlid(),
      issuer: 'ci',
      key_id: keyId,
      kind: 'ci.result',
      value: 'passed',
      environment: testAudience.environment,
      issued_at: iso(nowMs),
      expires_at: iso(nowMs + hourMs),
      ...about,
      ...over,
    },
    key,
  );
}
