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

/** The question with no more than the policies of its kind speak of; nothing else is even made. */
export function cedarRequest(mentions: MentionsByKind, question: PolicyQuestion): CedarRequest {
  const { kind } = question.operation;
  const { context, resource } = mentions[kind];
  const names = context === 'all' ? undefined : context;
  return {
    ...scopeOf(question),
    context: contextOf(question, names),
    entities: entitiesOf(question, resource),
  };
}

export const wholeCedarRequest = (question: PolicyQuestion): CedarRequest => ({
  ...scopeOf(question),
  context: contextOf(question, undefined),
  entities: entitiesOf(question, undefined),
});

const fullNameOf = ({ operation }: PolicyQuestion): string =>
  repositoryFullName(operation.repository).toLowerCase();

const scopeOf = (question: PolicyQuestion): Omit<CedarRequest, 'context' | 'entities'> => ({
  principal: { type: 'Principal', id: question.principal },
  action: { type: 'Action', id: question.operation.kind },
  resource: { type: 'Repository', id: fullNameOf(question) },
});

/** @param names those to hand over; undefined for all of them */
type Names = ReadonlySet<string> | undefined;

function contextOf(question: PolicyQuestion, names: Names): Record<string, CedarValueJson> {
  const { operation, tenantId, approvals, evidence } = question;
  const attributes = attributesOf(operation);
  const made: Record<string, CedarValueJson> = {};
  const isAsked = (name: string) => names === undefined || names.has(name);
  if (isAsked('tenant')) made['tenant'] = tenantId;
  if (isAsked('approval_count')) made['approval_count'] = approvals.length;
  if (isAsked('approvals')) made['approvals'] = approvalWords(approvals);
  if (isAsked('evidence')) made['evidence'] = evidence.map(({ kind, value }) => `${kind}=${value}`);
  for (const [name, value] of Object.entries(attributes)) if (isAsked(name)) made[name] = value;
  return made;
}

function entitiesOf(question: PolicyQuestion, names: Names): EntityJson[] {
  if (names?.size === 0) return [];
  const { owner, name } = question.operation.repository;
  const id = fullNameOf(question);
  const attributes = { owner: owner.toLowerCase(), name: name.toLowerCase(), full_name: id };
  const attrs = Object.fromEntries(Object.entries(attributes).filter(([one]) => names?.has(one) ?? true));
  return [{ uid: { type: 'Repository', id }, attrs, parents: [] }];
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
      return {
        head_ref: operation.head.ref,
        head_repository: repositoryFullName(operation.head.repository).toLowerCase(),
        // By number: a name may have been taken over.
        from_fork: operation.head.repository.id !== operation.repository.id,
        base_ref: operation.base.ref,
        draft: operation.draft,
        labels: operation.labels.map((label) => label.toLowerCase()),
      };
    case 'attach_release_asset':
      return {
        tag_name: operation.tag_name,
        target_sha: operation.target_sha,
        asset_name: operation.asset.name,
        content_type: operation.asset.content_type,
        size_bytes: operation.asset.size_bytes,
      };
    default:
      // A policy that permits everything must not permit what the schema does not know.
      throw new InvariantError('an operation of a kind that policies do not know');
  }
}
