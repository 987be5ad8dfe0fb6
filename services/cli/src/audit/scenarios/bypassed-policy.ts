import { operationStream } from '@marketops/contracts';
import { jobNames, queueNames } from '@marketops/engine';
import { refusedBy } from '../refusal.js';
import { type Attempt, NotRefused, type Scenario } from '../scenario.js';
import { operationId, releasePlan, type Stage, tagId, tagPlan, untilEnded } from '../stage.js';

/** Repositories that are there, of an account with a credential: no policy allows the one, the other wants more than that. */
export const restricted = 'acme/restricted';
export const guarded = 'acme/guarded';

/** What the private system's policies say beside the first ones. */
export const guardedPolicy = `@id("guarded-releases")
@reason("A release of ${guarded} is approved by two people.")
@remedy("Ask two approvers.")
@approvals("2")
forbid (principal, action == Action::"publish_release", resource == Repository::"${guarded}")
unless { context.approval_count >= 2 };

@id("guarded-tags")
@reason("A tag of ${guarded} needs a CI that has passed.")
@remedy("Have CI vouch for it.")
forbid (principal, action == Action::"tag_repo", resource == Repository::"${guarded}")
unless { context.evidence.contains("ci.result=passed") };
`;

export const bypassedPolicy: Scenario = {
  id: 'A10',
  name: 'policy bypassed (restricted repository, missing evidence)',
  severity: 'high',
  stoppedBy: 'policy, advisory only',
  steps: [
    'ask for a release of a repository that no policy allows, in prod, and in another spelling of its name',
    'ask for a release that two people must approve, and for a tag that needs a passed CI, and let nobody say a word',
    'ask federation again for what it has not allowed, with jobs of one’s own',
    'federation answers with an advisory and its reasons; there is no receipt',
  ],
  attempts: () => [
    denied('a repository that no policy allows', restricted, releasePlan('v0.9.0')),
    denied('the same in another spelling', restricted.toUpperCase(), releasePlan('v0.9.0')),
    denied('a release that nobody approved', guarded, releasePlan('v0.9.0')),
    denied('a tag without its evidence', guarded, tagPlan('v0.9.0'), tagId),
  ],
};

/** Federation is asked again and again meanwhile; the run must end with an advisory, and never have had a receipt. */
const denied = (name: string, repository: string, plan: object, operation = operationId): Attempt => ({
  name,
  expects: 'policy',
  attack: async (stage) => {
    const runId = await stage.submit({ mode: 'prod', repository, ...plan });
    await untilAnswered(stage, runId, operation);
    const stream = operationStream(runId, operation);
    const [before] = await stage.live.store.lastSeqs([stream]);
    await askAgain(stage, runId, operation);
    // A good run through the same queue ends after it.
    await untilEnded(stage, await stage.submit(releasePlan('v0.9.1')));
    const [after] = await stage.live.store.lastSeqs([stream]);
    if (before !== after) throw new NotRefused(`${stream} grew from ${before} to ${after}`);
    const { advised, receipts, phase } = await stage.operation(runId, operation);
    if (advised === undefined || receipts.length > 0) throw new NotRefused(`the operation is ${phase}`);
    const { reasons } = advised.data.advisory;
    const detail = reasons.map(({ code, message }) => `${code}: ${message}`).join(' ');
    return refusedBy(stage, 'policy', advised, detail);
  },
});

/** Where people are asked, federation is asked again while they are, and when their time has run out. */
async function untilAnswered(stage: Stage, runId: string, operation: string): Promise<void> {
  const [request] = await stage.until(`an answer to ${runId}`, async () => {
    const { approvalRequests, status } = await stage.run(runId);
    return status === 'completed' || approvalRequests.length > 0 ? approvalRequests : undefined;
  });
  if (request !== undefined) {
    await askAgain(stage, runId, operation);
    const { expires_at } = request.data;
    await stage.until('the end of the request', async () => Date.now() > Date.parse(expires_at) || undefined);
    await askAgain(stage, runId, operation);
  }
  await untilEnded(stage, runId);
}

const askAgain = (stage: Stage, runId: string, operation: string) =>
  stage.forge(queueNames.authorizations, jobNames.authorize, { run_id: runId, operation_ids: [operation] });
