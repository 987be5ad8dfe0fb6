import type { PlanRequest, RequestedOperation } from '@marketops/contracts';
import type { Artifacts } from '../ports/artifacts.js';
import type { Discovery } from '../ports/discovery.js';
import type { Facts, OperationFacts } from './facts.js';

/** Operations looked at side by side; each makes a handful of reads. */
const parallelMax = 8;

export interface DiscoverPorts {
  readonly discovery: Discovery;
  readonly artifacts: Artifacts;
  readonly accounts: ReadonlySet<string>;
}

/** Stage 1: reads everything the plan depends on, and writes nothing but copies of the artifacts into the blob store. */
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
  return facts;
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
    assets: [],
    base: null,
    body: null,
    head: null,
    repository,
    repository_fault: answer !== null && 'fault' in answer ? answer.fault : null,
    tag: null,
    target: null,
  };
  if (repository === null) return nothing;
  const at = repository.repository;
  if (operation.kind === 'open_pr') {
    const [head, base, body] = await Promise.all([
      discovery.branch(at, operation.head),
      discovery.branch(at, operation.base),
      bodyOf(operation, artifacts),
    ]);
    return {
      ...nothing,
      head: { ref: operation.head, sha: head },
      base: { ref: operation.base, sha: base },
      body,
    };
  }
  const revision = operation.target ?? repository.default_branch;
  const [tag, target, body, assets] = await Promise.all([
    discovery.tag(at, operation.tag_name),
    operation.target === undefined ? discovery.branch(at, revision) : discovery.commit(at, revision),
    operation.kind === 'publish_release' ? bodyOf(operation, artifacts) : null,
    operation.kind === 'publish_release'
      ? Promise.all(operation.assets.map(async ({ path }) => ({ path, file: await artifacts.take(path) })))
      : [],
  ]);
  return { ...nothing, tag: { sha: tag }, target: { revision, sha: target }, body, assets };
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
  };
}

async function bodyOf(
  operation: { readonly body?: string | undefined; readonly body_file?: string | undefined },
  artifacts: Artifacts,
): Promise<{ text: string } | { fault: string }> {
  if (operation.body_file !== undefined) return artifacts.text(operation.body_file);
  return { text: operation.body ?? '' };
}
