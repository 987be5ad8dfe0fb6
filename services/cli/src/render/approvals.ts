import type { RunApprovals, StandingRequest, StandingWord } from '@marketops/operator';
import { plural, shortTime } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { table } from './table.js';

/** What was asked of people about one run, and who has said what. */
export function renderApprovals(
  output: Output,
  { record, requests, words, facts }: RunApprovals,
  nowIso: string,
): void {
  const { paint } = output;
  const { plan, run, runId } = record;
  const asker = sanitize(plan?.principal ?? run.requested?.data.principal ?? 'somebody');
  output.line(`${paint.bold(runId)}  ${asker} for ${sanitize(run.tenantId)}`);
  if (requests.length === 0) output.line(`  ${paint.dim('Nobody is asked for anything of it.')}`);
  for (const request of requests) renderRequest(output, request, nowIso);
  if (words.length > 0) {
    const rows = words.map((word) => wordCells(output, word));
    output.line(table(output, ['who', 'said', 'of', 'approval', 'counts'], rows));
  }
  for (const { evidence, fault } of facts) {
    const { issuer, kind, value } = evidence;
    const counts = fault === undefined ? paint.green('counts') : paint.yellow(`no: ${sanitize(fault)}`);
    output.line(`  ${paint.bold(sanitize(issuer))} says ${sanitize(kind)} ${sanitize(value)}  ${counts}`);
  }
  output.line();
}

function renderRequest(
  { line, paint }: Output,
  { request, standing, needs, missingEvidence }: StandingRequest,
  nowIso: string,
): void {
  const until = `until ${shortTime(request.expires_at, nowIso)}`;
  const state = standing === 'open' ? paint.yellow(until) : paint.dim(standing);
  line(`  ${request.operation_ids.map((id) => sanitize(id)).join(', ')}  ${state}`);
  for (const { policy_id: policy, approvals, group, have } of needs) {
    const who = group === null ? 'any approver' : sanitize(group);
    const enough = have >= approvals ? paint.green : paint.yellow;
    line(
      `    ${enough(`${have} of ${plural(approvals, 'approval')}`)} by ${who} ${paint.dim(`(policy ${sanitize(policy)})`)}`,
    );
  }
  for (const fact of request.evidence ?? []) {
    const missing = missingEvidence.includes(fact);
    const text = `${missing ? 'waits for' : 'has'} the evidence ${sanitize(fact)}`;
    line(`    ${missing ? paint.yellow(text) : paint.green(text)}`);
  }
}

const verbs = { grant: 'yes', deny: 'no', withdraw: 'takes it back' } as const;

function wordCells({ paint }: Output, word: StandingWord): string[] {
  const { approval, groups, about, countsFor, fault } = word;
  const { approver, verdict, operations, approval_id: id, reason } = approval;
  const why = reason === null ? '' : `: ${sanitize(reason, 120)}`;
  const part =
    countsFor.length === about.length ? '' : `, for ${countsFor.map((id) => sanitize(id)).join(', ')}`;
  return [
    paint.bold(`${sanitize(approver)}${groups.length > 0 ? ` (${groups.join(', ')})` : ''}`),
    `${verbs[verdict]}${why}`,
    operations === 'all' ? 'all' : operations.map((one) => sanitize(one)).join(', '),
    id,
    fault === undefined ? paint.green(`yes${part}`) : paint.yellow(`no: ${sanitize(fault)}`),
  ];
}
