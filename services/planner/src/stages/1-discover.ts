import type { PlanRequest, RequestedOperation } from '@marketops/contracts';
import type { Artifacts } from '../ports/artifacts.js';
import type { Discovery } from '../ports/discovery.js';
import { select } from './2-select.js';
import { attachmentFacts } from './discover-attachment.js';
import { changesSince, checkRanges } from './discover-changes.js';
import { pullFacts } from './discover-pull.js';
import type { Facts, OperationFacts } from './facts.js';

/** Operations looked at side by side; each makes a handful of reads. */
const parallelMax = 8;

export interface DiscoverPorts {
  readonly discovery: Discovery;
  readonly artifacts: Artifacts;
  readonly accounts: ReadonlySet<string>;
}

/**
 * Stage 1: reads everything the plan depends on, and writes nothing but copies of the artifacts into the blob store.
 * @throws InputError `request_invalid` where its notes would take too many reads; what discovery throws
 */
export async function discover(request: PlanRequest, ports: DiscoverPorts): Promise<Facts> {
  const discovery = remembering(ports.discovery);
  const facts: Record<string, OperationFacts> = {};
  const queue = [...request.operations];
  const work = async () => {
    for (let operation = queue.shift(); operation !== undefined; operation = queue.shift()) {
      facts[operation.id] = await discoverOne(operation, request, { ...ports, discovery });
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelMax, queue.length) }, work));
  await addChanges(request, facts, discovery);
  return facts;
}

/** Last, because notes end at the commit a release will name, which may be another operation's doing. */
async function addChanges(
  request: PlanRequest,
  facts: Record<string, OperationFacts>,
  discovery: Discovery,
): Promise<void> {
  if (!request.operations.some((one) => one.kind === 'publish_release' && one.generate_notes)) return;
  const all = select(request, facts);
  checkRanges(request, all);
  for (const selected of all) {
    const changes = await changesSince(discovery, selected);
    if (changes !== null) facts[selected.requested.id] = { ...selected.facts, changes };
  }
}

async function discoverOne(
  operation: RequestedOperation,
  request: PlanRequest,
  { discovery, artifacts, accounts }: DiscoverPorts,
): Promise<OperationFacts> {
  const fullName = operation.repository ?? request.repository ?? '';
  const configured = accounts.has((fullName.split('/')[0] ?? '').toLowerCase());
  // Without a credential nothing may be asked about the account, not even whether a repository exists.
  const answer = configured ? await discovery.repository(fullName) : null;
  const repository = answer === null || 'fault' in answer ? null : answer;
  // In canonical order, as in stage 5: their digest goes into the event.
  const nothing: OperationFacts = {
    account_configured: configured,
    asset_there: null,
    assets: [],
    base: null,
    body: null,
    changes: null,
    head: null,
    head_repository: null,
    labels_missing: [],
    release: null,
    repository,
    repository_fault: answer !== null && 'fault' in answer ? answer.fault : null,
    reviewers_refused: [],
    tag: null,
    target: null,
  };
  if (repository === null) return nothing;
  const at = repository.repository;
  if (operation.kind === 'open_pr') {
    const [found, body] = await Promise.all([
      pullFacts(operation, at, discovery),
      bodyOf(operation, artifacts),
    ]);
    return { ...nothing, ...found, body };
  }
  if (operation.kind === 'attach_release_asset')
    return { ...nothing, ...(await attachmentFacts(operation, at, { discovery, artifacts })) };
  const revision = operation.target ?? repository.default_branch;
  const [tag, target, body, assets] = await Promise.all([
    discovery.tag(at, operation.tag_name),
    operation.target === undefined ? discovery.branch(at, revision) : discovery.commit(at, revision),
    operation.kind === 'publish_release' ? bodyOf(operation, artifacts) : null,
    operation.kind === 'publish_release'
      ? Promise.all(operation.assets.map(async ({ path }) => ({ path, file: await artifacts.take(path) })))
      : [],
  ]);
  // Without a tag there is no published release of it.
  const published = operation.kind === 'publish_release' && tag !== null;
  const release = published ? ((await discovery.releases(at)).get(operation.tag_name) ?? null) : null;
  return { ...nothing, tag: { sha: tag }, target: { revision, sha: target }, body, assets, release };
}

/** Each question once: a thousand operations of one branch mean one commit, and cost one read. */
function remembering(discovery: Discovery): Discovery {
  const answers = new Map<string, Promise<unknown>>();
  /** A question is its kind, the repository's number and the name asked for: the first two have no spaces. */
  const once = <Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer> => {
    const known = answers.get(question) as Promise<Answer> | undefined;
    if (known !== undefined) return known;
    const asked = ask();
    answers.set(question, asked);
    return asked;
  };
  return {
    repository: (fullName) => once(`repository ${fullName}`, () => discovery.repository(fullName)),
    commit: (at, revision) => once(`commit ${at.id} ${revision}`, () => discovery.commit(at, revision)),
    tag: (at, name) => once(`tag ${at.id} ${name}`, () => discovery.tag(at, name)),
    branch: (at, name) => once(`branch ${at.id} ${name}`, () => discovery.branch(at, name)),
    releases: (at) => once(`releases ${at.id} `, () => discovery.releases(at)),
    asset: (at, releaseId, name) =>
      once(`asset ${at.id} ${releaseId} ${name}`, () => discovery.asset(at, releaseId, name)),
    latestTag: (at) => once(`latest ${at.id} `, () => discovery.latestTag(at)),
    // No branch has a space or a colon in its name.
    related: (at, base, head) =>
      once(`related ${at.id} ${base} ${head}`, () => discovery.related(at, base, head)),
    label: (at, name) => once(`label ${at.id} ${name}`, () => discovery.label(at, name)),
    collaborator: (at, login) =>
      once(`collaborator ${at.id} ${login}`, () => discovery.collaborator(at, login)),
    changes: (at, range) =>
      once(`changes ${at.id} ${range.from} ${range.to} ${range.branch}`, () => discovery.changes(at, range)),
  };
}

async function bodyOf(
  operation: { readonly body?: string | undefined; readonly body_file?: string | undefined },
  artifacts: Artifacts,
): Promise<{ text: string } | { fault: string }> {
  if (operation.body_file !== undefined) return artifacts.text(operation.body_file);
  return { text: operation.body ?? '' };
}
