import {
  type EventDraft,
  type Mode,
  type Operation,
  operationStream,
  PlanRequest,
  type PublicationPlan,
  type Reason,
  type Receipt,
  runStream,
  systemStream,
} from '@marketops/contracts';
import { deriveRunId } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { TestJournal } from './journal.js';

/** How a run goes, from its request to where it stops. */
export const endings = [
  'requested',
  'rejected',
  'planned',
  'awaiting_approval',
  'authorized',
  'held',
  'executing',
  'completed',
  'failed',
  'uncertain',
  'blocked',
  'dry_run',
  'sealed',
] as const;
export type Ending = (typeof endings)[number];

export interface Story {
  /** Of the run: the same number, the same run. */
  readonly number: number;
  readonly ending: Ending;
  readonly tenantId?: string;
  readonly principal?: string;
  readonly repository?: string;
  /** Of its first event; the others follow by the millisecond. */
  readonly time?: string;
}

const digest = (of: string): string => nodeCrypto.sha256Hex(of);
const signature = `${'A'.repeat(86)}==`;
const ulidOf = (number: number, at: number): string => `01K${String(number * 10 + at).padStart(23, '0')}`;
const reason = (code: string): Reason => ({ code, message: `Because of ${code}.`, remedy: 'Ask its owner.' });
const audience = {
  ...{ environment: 'test', api_origin: 'https://api.github.test', log_origin: 'console.test/log' },
};
const sha = 'c0ffee'.padEnd(40, '0');

export const storyRunId = ({ number, tenantId = 'acme', principal = 'ci' }: Omit<Story, 'ending'>): string =>
  deriveRunId(nodeCrypto, { principal, tenantId, idempotencyKey: `release-${number}` });
export const storyReceiptId = (number: number): string => `rcp_${ulidOf(number, 1)}`;

/** Says a whole run in so many appends; who commits them decides what is one batch. */
export function tell(journal: TestJournal, story: Story, afterEach?: () => void): void {
  const { number, ending, tenantId = 'acme', principal = 'ci', repository = 'acme/widgets' } = story;
  const mode: Mode = ending === 'dry_run' ? 'dry_run' : 'prod';
  const startMs = Date.parse(story.time ?? '2026-03-01T12:00:00.000Z');
  const runId = storyRunId(story);
  let said = 0;
  const say = (actor: 'planner' | 'federation' | 'publisher', where: 'run' | 'op', events: EventDraft[]) => {
    const time = new Date(startMs + said).toISOString();
    said += 1;
    const stream = where === 'run' ? runStream(runId) : operationStream(runId, 'release');
    journal.say({ actor, stream, events, tenantId, mode, time });
    afterEach?.();
  };
  const its = wordsOf(story, { runId, tenantId, principal, repository, mode, startMs });
  const isSealed = ending === 'sealed';
  const request = isSealed ? { sealed: its.sealed } : { inline: its.request };
  say('planner', 'run', [
    {
      type: 'plan.requested',
      data: {
        ...{ principal, idempotency_key: `release-${number}`, request_digest: digest('request') },
        request,
      },
    },
  ]);
  if (ending === 'requested') return;
  if (ending === 'rejected') {
    const faults = [{ path: 'repository', message: 'is gone' }];
    say('planner', 'run', [{ type: 'plan.rejected', data: { code: 'discovery_failed', faults } }]);
    return;
  }
  say('planner', 'run', [
    {
      type: 'plan.generated',
      data: {
        ...{ plan_digest: digest('plan'), plan: isSealed ? { sealed: its.sealed } : { inline: its.plan } },
        ...{ operations: 1, would_ship: mode === 'prod' ? 1 : 0, would_not_ship: mode === 'prod' ? 0 : 1 },
        facts_digest: digest('facts'),
      },
    },
  ]);
  say('planner', 'op', [
    {
      type: 'operation.planned',
      data: {
        ...{
          operation_id: 'release',
          operation_kind: 'publish_release',
          operation_digest: digest('operation'),
        },
        operation: isSealed ? { sealed: its.sealed } : { inline: its.operation },
        ...{ plan_digest: digest('plan'), depends_on: [], blocked_by_mode: mode === 'dry_run' },
      },
    },
    ...(mode === 'dry_run' ? [its.blocked] : []),
  ]);
  if (ending === 'planned') return;
  if (ending === 'awaiting_approval') {
    say('federation', 'run', [its.approvalRequested]);
    return;
  }
  if (ending === 'dry_run' || ending === 'blocked') {
    say('federation', 'op', [its.advised(ending === 'dry_run' ? 'mode_dry_run' : 'policy_forbids')]);
    say('planner', 'run', [its.completed('blocked')]);
    return;
  }
  say('federation', 'op', [its.authorized, its.issued]);
  if (ending === 'authorized') return;
  if (ending === 'held') {
    say('publisher', 'op', [its.held]);
    return;
  }
  say('publisher', 'op', [its.started]);
  if (ending === 'executing') return;
  const end = ending === 'failed' || ending === 'uncertain' ? ending : 'succeeded';
  say('publisher', 'op', [its.ended(end)]);
  say('planner', 'run', [its.completed(end === 'succeeded' ? 'completed' : 'failed')]);
}

/** A job that was refused at the gate claimed to be of the run. */
export function claim(journal: TestJournal, runId: string): void {
  const claimed = { claimed_run_id: runId, claimed_operation_id: null, claimed_receipt_id: null };
  const data = {
    check: 'signatures' as const,
    job_digest: digest('job'),
    reason: reason('forged'),
    ...claimed,
  };
  const events: EventDraft[] = [{ type: 'gate.refused', data }];
  journal.say({ actor: 'publisher', stream: systemStream, events, time: '2026-03-02T12:00:00.000Z' });
}

/** An operator's order to destroy what the run's events name; its signature is nobody's, and the list does not ask. */
export function orderErasure(journal: TestJournal, runId: string): void {
  const time = '2026-03-02T12:00:00.000Z';
  const command = {
    ...{ version: 1 as const, command_id: ulidOf(0, 9), action: { kind: 'erase' as const, run_id: runId } },
    ...{
      reason: 'asked for',
      principal: 'ada',
      key_id: 'ada-1',
      audience,
      issued_at: time,
      expires_at: time,
    },
    signature,
  };
  const events: EventDraft[] = [{ type: 'blob.erased', data: { run_id: runId, principal: 'ada', command } }];
  journal.say({ actor: 'console', stream: systemStream, events, time });
}

interface Facts {
  readonly runId: string;
  readonly tenantId: string;
  readonly principal: string;
  readonly repository: string;
  readonly mode: Mode;
  readonly startMs: number;
}

function wordsOf({ number }: Story, { runId, tenantId, principal, repository, mode, startMs }: Facts) {
  const at = (ms: number) => new Date(startMs + ms).toISOString();
  const request = PlanRequest.parse({
    ...{ tenant_id: tenantId, mode, idempotency_key: `release-${number}`, repository },
    operations: [
      {
        id: 'release',
        kind: 'publish_release',
        tag_name: `v1.${number}.0`,
        release_name: `Widgets ${number}`,
      },
    ],
  });
  const [owner = '', name = ''] = repository.split('/');
  const operation: Operation = {
    ...{ operation_id: 'release', kind: 'publish_release', repository: { id: 1, owner, name } },
    ...{ tag_name: `v1.${number}.0`, target_sha: sha, release_name: `Widgets ${number}`, body: '' },
    ...{ draft: false, prerelease: false, make_latest: 'true', assets: [] },
  };
  const plan: PublicationPlan = {
    ...{ version: 1, run_id: runId, tenant_id: tenantId, principal, mode, request_digest: digest('request') },
    operations: [
      {
        ...{
          operation_id: 'release',
          kind: 'publish_release',
          repository,
          operation_digest: digest('operation'),
        },
        ...{ depends_on: [], blocked_by_mode: mode === 'dry_run', would_ship: mode === 'prod' },
        ...{ reasons: mode === 'prod' ? [] : [reason('mode_dry_run')], missing_prerequisites: [] },
      },
    ],
  };
  const binding = {
    ...{ run_id: runId, operation_id: 'release', operation_kind: 'publish_release' as const },
    ...{ operation_digest: digest('operation'), plan_digest: digest('plan'), tenant_id: tenantId },
  };
  const authority = {
    ...{
      issuer: 'federation',
      epoch: 1,
      policy_digest: digest('policy'),
      evidence_digest: digest('evidence'),
    },
    audience,
    ...{ decision_id: ulidOf(number, 2), issued_at: at(3), key_id: 'mint-1' },
  };
  const receipt: Receipt = {
    ...{ receipt_id: storyReceiptId(number), ...binding, mode: 'prod', enforceable: true, ...authority },
    ...{ not_before: at(3), expires_at: at(3_600_000), hmac_key_id: 'hmac-1' },
    signatures: { hmac_sha256: `${'A'.repeat(43)}=`, ed25519: signature },
  };
  const { receipt_id } = receipt;
  const execution_id = ulidOf(number, 3);
  const audit = (result: 'succeeded' | 'failed' | 'uncertain') => ({
    ...{ operation_id: 'release', run_id: runId, operation_kind: 'publish_release' as const, receipt_id },
    ...{ repository, status: result === 'succeeded' ? ('success' as const) : ('failed' as const), mode },
    ...{ started_at: at(4), completed_at: at(5), result: null, error_message: null },
    error_code: result === 'failed' ? 'github_refused' : null,
    ...{ github_response: null, retry_count: 0 },
  });
  return {
    ...{ request, operation, plan },
    sealed: { blob: `sha256:${digest('blob')}`, commitment: digest('commitment') },
    blocked: {
      type: 'operation.blocked',
      data: { operation_id: 'release', reason: reason('mode_dry_run') },
    } satisfies EventDraft,
    approvalRequested: {
      type: 'approval.requested',
      data: {
        ...{ request_id: ulidOf(number, 4), plan_digest: digest('plan'), operation_ids: ['release'] },
        needs: [{ policy_id: 'two-people', approvals: 2, group: null }],
        ...{ reasons: [reason('approval_missing')], expires_at: at(86_400_000) },
      },
    } satisfies EventDraft,
    advised: (code: string) =>
      ({
        type: 'receipt.advised',
        data: {
          advisory: {
            ...{ advisory_id: ulidOf(number, 5), ...binding, mode, enforceable: false, ...authority },
            ...{ reasons: [reason(code)], signatures: { ed25519: signature } },
          },
        },
      }) satisfies EventDraft,
    authorized: {
      type: 'operation.authorized',
      data: {
        ...{ operation_id: 'release', decision_id: ulidOf(number, 2), policy_digest: digest('policy') },
        ...{ evidence_digest: digest('evidence'), valid_until: at(86_400_000) },
      },
    } satisfies EventDraft,
    issued: { type: 'receipt.issued', data: { receipt } } satisfies EventDraft,
    held: {
      type: 'operation.held',
      data: { operation_id: 'release', receipt_id, check: 'acknowledged', reason: reason('frozen') },
    } satisfies EventDraft,
    started: {
      type: 'operation.started',
      data: { operation_id: 'release', receipt_id, execution_id, lease_until: at(30_000) },
    } satisfies EventDraft,
    ended: (result: 'succeeded' | 'failed' | 'uncertain'): EventDraft =>
      result === 'uncertain'
        ? {
            type: 'operation.uncertain',
            data: { execution_id, audit: audit(result), reason: reason('outcome_unknown') },
          }
        : { type: `operation.${result}`, data: { execution_id, audit: audit(result) } },
    completed: (status: 'completed' | 'failed' | 'blocked') =>
      ({
        type: 'run.completed',
        data: {
          ...{ status, succeeded: status === 'completed' ? 1 : 0, failed: status === 'failed' ? 1 : 0 },
          ...{ blocked: status === 'blocked' ? 1 : 0, skipped: 0, uncertain: 0 },
        },
      }) satisfies EventDraft,
  };
}
