import type { CedarValueJson, EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import { InvariantError, type Operation, repositoryFullName } from '@marketops/contracts';
import type { MentionsByKind } from './mentions.js';
import type { CountedApproval, PolicyQuestion } from './port.js';
import { approvalsMax } from './rule.js';

type Context = Readonly<Record<string, CedarValueJson>>;

/** A question in Cedar's words. */
export interface CedarRequest {
  readonly principal: { readonly type: 'Principal'; readonly id: string };
  readonly action: { readonly type: 'Action'; readonly id: Operation['kind'] };
  readonly resource: { readonly type: 'Repository'; readonly id: string };
  readonly context: Record<string, CedarValueJson>;
  readonly entities: EntityJson[];
}

/** The question with no more than the policies of its kind speak of. */
export function cedarRequest(mentions: MentionsByKind, question: PolicyQuestion): CedarRequest {
  const whole = wholeCedarRequest(question);
  const { context: spoken, resource } = mentions[question.operation.kind];
  return {
    ...whole,
    context: spoken === 'all' ? whole.context : only(whole.context, spoken),
    entities:
      resource.size === 0 ? [] : whole.entities.map((one) => ({ ...one, attrs: only(one.attrs, resource) })),
  };
}

function only<Value>(
  record: Readonly<Record<string, Value>>,
  names: ReadonlySet<string>,
): Record<string, Value> {
  const some: Record<string, Value> = {};
  for (const name of names) {
    const value = record[name];
    if (value !== undefined) some[name] = value;
  }
  return some;
}

export function wholeCedarRequest(question: PolicyQuestion): CedarRequest {
  const { operation, principal, tenantId, approvals, evidence } = question;
  const { owner, name } = operation.repository;
  const fullName = repositoryFullName(operation.repository).toLowerCase();
  const resource = { type: 'Repository', id: fullName } as const;
  return {
    principal: { type: 'Principal', id: principal },
    action: { type: 'Action', id: operation.kind },
    resource,
    context: {
      tenant: tenantId,
      approval_count: approvals.length,
      approvals: approvalWords(approvals),
      evidence: evidence.map(({ kind, value }) => `${kind}=${value}`),
      ...attributesOf(operation),
    },
    entities: [
      {
        uid: resource,
        attrs: { owner: owner.toLowerCase(), name: name.toLowerCase(), full_name: fullName },
        parents: [],
      },
    ],
  };
}

/** `release-managers:1`, `release-managers:2`, … as far as the group has approved. */
function approvalWords(approvals: readonly CountedApproval[]): string[] {
  const counts = new Map<string, number>();
  for (const { groups } of approvals)
    for (const group of new Set(groups)) counts.set(group, (counts.get(group) ?? 0) + 1);
  return [...counts].flatMap(([group, count]) =>
    Array.from({ length: Math.min(count, approvalsMax) }, (_, index) => `${group}:${index + 1}`),
  );
}

function attributesOf(operation: Operation): Context {
  switch (operation.kind) {
    case 'tag_repo':
      return { tag_name: operation.tag_name, target_sha: operation.target_sha };
    case 'publish_release':
      return {
        tag_name: operation.tag_name,
        target_sha: operation.target_sha,
        draft: operation.draft,
        prerelease: operation.prerelease,
        make_latest: operation.make_latest,
        asset_count: operation.assets.length,
      };
    case 'open_pr':
      return { head_ref: operation.head.ref, base_ref: operation.base.ref, draft: operation.draft };
    default:
      // A policy that permits everything must not permit what the schema does not know.
      throw new InvariantError('an operation of a kind that policies do not know');
  }
}
