import { z } from 'zod';
import {
  AssetName,
  Body,
  BranchName,
  IdempotencyKey,
  LabelName,
  Login,
  MediaType,
  OperationId,
  PullBody,
  RelativePath,
  RepositoryFullName,
  Revision,
  RunId,
  Salt,
  TagName,
  TeamSlug,
  TenantId,
  Title,
} from './ids.js';
import { limits } from './limits.js';
import { Mode } from './mode.js';
import { SealedRef } from './plan.js';

const common = {
  id: OperationId,
  depends_on: z.array(OperationId).max(limits.dependenciesPerOperationMax).default([]),
  /** Overrides the plan's repository. */
  repository: RepositoryFullName.optional(),
};

export const RequestedAsset = z.strictObject({
  path: RelativePath,
  /** Default: the last part of the path. */
  name: AssetName.optional(),
  content_type: MediaType.default('application/octet-stream'),
});

export const RequestedRelease = z.strictObject({
  ...common,
  kind: z.literal('publish_release'),
  tag_name: TagName,
  /** Where the tag is made when it does not exist; default: the tag's commit, else the default branch. */
  target: Revision.optional(),
  release_name: Title,
  body: Body.optional(),
  body_file: RelativePath.optional(),
  draft: z.boolean().default(false),
  prerelease: z.boolean().default(false),
  make_latest: z.enum(['true', 'false', 'legacy']).default('true'),
  /** Adds what was merged since the last release to the body, as the planner reads it; what is authorized is the text. */
  generate_notes: z.boolean().default(false),
  /** Where the generated notes begin; default: the latest release's tag. */
  previous_tag_name: TagName.optional(),
  assets: z.array(RequestedAsset).max(limits.assetsPerReleaseMax).default([]),
});

export const RequestedTag = z.strictObject({
  ...common,
  kind: z.literal('tag_repo'),
  tag_name: TagName,
  target: Revision.optional(),
  /** Tags are annotated; default: the tag's name. */
  message: Body.min(1).optional(),
});

/** Names that GitHub compares without case, none of them twice. */
const distinct = (name: z.ZodType<string>, max: number) =>
  z
    .array(name)
    .max(max)
    .refine(
      (names) => new Set(names.map((one) => one.toLowerCase())).size === names.length,
      'names one twice',
    )
    .default([]);

export const RequestedPullRequest = z.strictObject({
  ...common,
  kind: z.literal('open_pr'),
  head: BranchName,
  /** Where the head's branch lies; default: the operation's own repository. */
  head_repository: RepositoryFullName.optional(),
  base: BranchName,
  /** Whether the base may have moved on by the time the pull request is opened. */
  base_may_move: z.boolean().default(false),
  title: Title,
  body: PullBody.optional(),
  body_file: RelativePath.optional(),
  draft: z.boolean().default(false),
  labels: distinct(LabelName, limits.labelsPerPullMax),
  reviewers: distinct(Login, limits.reviewersPerPullMax),
  team_reviewers: distinct(TeamSlug, limits.reviewersPerPullMax),
});

export const RequestedAttachment = z.strictObject({
  ...common,
  kind: z.literal('attach_release_asset'),
  /** Of the release that it is added to, which is published already. */
  tag_name: TagName,
  asset: RequestedAsset,
});

export const RequestedOperation = z
  .discriminatedUnion('kind', [RequestedRelease, RequestedTag, RequestedPullRequest, RequestedAttachment])
  .refine(
    (operation) =>
      !('body_file' in operation) || operation.body_file === undefined || operation.body === undefined,
    { path: ['body_file'], error: 'give body or body_file, not both' },
  )
  .refine(
    (operation) =>
      !('previous_tag_name' in operation) ||
      operation.previous_tag_name === undefined ||
      operation.generate_notes,
    { path: ['previous_tag_name'], error: 'says where generated notes begin, and generate_notes is not set' },
  );
export type RequestedOperation = z.infer<typeof RequestedOperation>;

/** What upstream asks for: data of a `plan.requested` job, a plan file, later an HTTP body. */
export const PlanRequest = z
  .strictObject({
    tenant_id: TenantId,
    mode: Mode.default('dry_run'),
    idempotency_key: IdempotencyKey.optional(),
    repository: RepositoryFullName.optional(),
    /** The ended run this one tries again, whole, with new authority: same tenant, same principal. */
    retry_of: RunId.optional(),
    /** True: what is asked for and planned stands encrypted beside the ledger, and can be erased. Default: as configured. */
    sealed: z.boolean().optional(),
    /** The planner's own, where the request is sealed. */
    salt: Salt.optional(),
    operations: z.array(RequestedOperation).min(1).max(limits.operationsPerPlanMax),
  })
  .superRefine((request, ctx) => {
    for (const fault of operationFaults(request)) ctx.addIssue({ code: 'custom', ...fault });
  });
export type PlanRequest = z.infer<typeof PlanRequest>;

/**
 * A `plan.requested` job whose request was sealed by whoever handed it in, so that no plain text ever stands in Redis. What is
 * open here must be what the sealed request says.
 */
export const SealedPlanRequest = z.strictObject({
  tenant_id: TenantId,
  mode: Mode,
  idempotency_key: IdempotencyKey,
  sealed: SealedRef,
});
export type SealedPlanRequest = z.infer<typeof SealedPlanRequest>;

interface OperationFault {
  readonly path: (string | number)[];
  readonly message: string;
}

function operationFaults(request: {
  repository?: string | undefined;
  operations: readonly RequestedOperation[];
}): OperationFault[] {
  const faults: OperationFault[] = [];
  const indexById = new Map<string, number>();
  request.operations.forEach((operation, index) => {
    if (indexById.has(operation.id)) {
      faults.push({ path: ['operations', index, 'id'], message: `"${operation.id}" is used twice` });
    }
    indexById.set(operation.id, index);
    if (operation.repository === undefined && request.repository === undefined) {
      faults.push({ path: ['operations', index, 'repository'], message: 'is missing here and on the plan' });
    }
  });
  request.operations.forEach((operation, index) => {
    for (const [at, dependency] of operation.depends_on.entries()) {
      if (indexById.has(dependency)) continue;
      faults.push({
        path: ['operations', index, 'depends_on', at],
        message: `no operation has the id "${dependency}"`,
      });
    }
  });
  if (faults.length > 0) return faults;
  const cycle = findCycle(request.operations);
  if (cycle !== undefined) {
    faults.push({ path: ['operations'], message: `depends_on goes in a circle: ${cycle.join(' → ')}` });
  }
  return faults;
}

/** The ids along a dependency cycle, or undefined. Iterative: a plan of 1,000 operations may be one long chain. */
function findCycle(operations: readonly RequestedOperation[]): string[] | undefined {
  if (operations.every((operation) => operation.depends_on.length === 0)) return undefined;
  const waitingFor = new Map(operations.map((operation) => [operation.id, new Set(operation.depends_on)]));
  const dependents = new Map<string, string[]>();
  for (const operation of operations) {
    for (const dependency of operation.depends_on) {
      dependents.set(dependency, [...(dependents.get(dependency) ?? []), operation.id]);
    }
  }
  const free = [...waitingFor].filter(([, on]) => on.size === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    waitingFor.delete(id);
    for (const dependent of dependents.get(id) ?? []) {
      const on = waitingFor.get(dependent);
      on?.delete(id);
      if (on?.size === 0) free.push(dependent);
    }
  }
  if (waitingFor.size === 0) return undefined;
  const path: string[] = [];
  let at = waitingFor.keys().next().value;
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = waitingFor.get(at)?.values().next().value;
  }
  return at === undefined ? path : [...path.slice(path.indexOf(at)), at];
}
