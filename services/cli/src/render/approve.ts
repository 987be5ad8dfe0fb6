import {
  type Approval,
  type ApprovalVerdict,
  coversOperation,
  type MarketOpsEvent,
  type Operation,
  type OperationSet,
  type PublicationPlan,
  repositoryFullName,
} from '@marketops/contracts';
import type { ShownPlan } from '@marketops/operator';
import { bytes, duration } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize, sanitizeLines } from '../sanitize.js';
import { section } from './section.js';

export interface Shown {
  readonly verdict: ApprovalVerdict;
  readonly approver: string;
  readonly operations: OperationSet;
  readonly withdraws: string | null;
  readonly reason: string | null;
  readonly expiresMs: number;
}

const verbs = { grant: 'approve', deny: 'deny', withdraw: 'take back the approval of' } as const;

/** Everything that is about to be signed, as it would be done: no digest stands for something that was not shown. */
export function renderToSign(
  output: Output,
  { record, plan, digest, operations }: ShownPlan,
  about: Shown,
): void {
  const { paint } = output;
  const row = (name: string, text: string) => output.line(`  ${paint.dim(name.padEnd(11))} ${text}`);
  output.line(paint.bold(`${about.approver} would ${verbs[about.verdict]} ${record.runId}`));
  row('asked by', `${sanitize(plan.principal)} for tenant ${sanitize(plan.tenant_id)}`);
  row('plan', digest);
  if (about.withdraws !== null) row('takes back', about.withdraws);
  if (about.reason !== null) row('reason', sanitize(about.reason));
  if (about.verdict === 'grant') row('counts for', duration(about.expiresMs));
  for (const item of plan.operations) {
    if (!coversOperation(about.operations, item.operation_id)) continue;
    section(output, `${sanitize(item.operation_id)}: ${item.kind} in ${sanitize(item.repository)}`);
    const operation = operations.get(item.operation_id);
    if (operation === undefined) output.line(`  ${paint.yellow('does not ship: a prerequisite is missing')}`);
    else renderOperation(output, operation, row);
    row('operation', item.operation_digest ?? '–');
  }
  output.line();
}

function renderOperation(
  output: Output,
  operation: Operation,
  row: (name: string, text: string) => void,
): void {
  row('repository', `${sanitize(repositoryFullName(operation.repository))} (id ${operation.repository.id})`);
  switch (operation.kind) {
    case 'tag_repo':
      row('tag', `${sanitize(operation.tag_name)} at ${operation.target_sha}`);
      renderText(output, operation.message);
      return;
    case 'publish_release': {
      const { draft, prerelease, make_latest: latest } = operation;
      row('tag', `${sanitize(operation.tag_name)} at ${operation.target_sha}`);
      row('title', sanitize(operation.release_name));
      row('flags', `draft ${draft}, prerelease ${prerelease}, latest ${latest}`);
      for (const { name, size_bytes: size, sha256 } of operation.assets) {
        row('asset', `${sanitize(name)}, ${bytes(size)}, sha256 ${sha256}`);
      }
      renderText(output, operation.body);
      return;
    }
    case 'open_pr':
      row('head', `${sanitize(operation.head.ref)} at ${operation.head.sha}`);
      row('base', `${sanitize(operation.base.ref)} at ${operation.base.sha}`);
      row('title', `${sanitize(operation.title)}${operation.draft ? ' (draft)' : ''}`);
      renderText(output, operation.body);
      return;
    case 'attach_release_asset': {
      const { name, size_bytes: size, sha256, content_type: type } = operation.asset;
      row('release', `${operation.release_id} of ${sanitize(operation.tag_name)} at ${operation.target_sha}`);
      row('asset', `${sanitize(name)}, ${bytes(size)}, ${sanitize(type)}, sha256 ${sha256}`);
    }
  }
}

/** Whole: what is signed is what was shown. */
function renderText({ line, paint }: Output, text: string): void {
  if (text === '') return;
  for (const one of sanitizeLines(text).split('\n')) line(`  ${paint.dim('│')} ${one}`);
}

/** What was signed, and where it stands. */
export const asJson = (
  { record, plan, digest, operations }: ShownPlan,
  approval: Approval,
  event: MarketOpsEvent,
) => ({
  run_id: record.runId,
  verdict: approval.verdict,
  approver: approval.approver,
  approval_id: approval.approval_id,
  plan_digest: digest,
  expires_at: approval.expires_at,
  operations: plan.operations
    .filter(({ operation_id: id }) => coversOperation(approval.operations, id))
    .map((item) => operationJson(item, operations.get(item.operation_id))),
  event: { id: event.id, stream: event.stream, seq: event.seq, type: event.type },
});

const operationJson = (item: PublicationPlan['operations'][number], operation: Operation | undefined) => ({
  operation_id: item.operation_id,
  kind: item.kind,
  repository: item.repository,
  tag: operation !== undefined && 'tag_name' in operation ? operation.tag_name : null,
  operation_digest: item.operation_digest,
  would_ship: item.would_ship,
});
