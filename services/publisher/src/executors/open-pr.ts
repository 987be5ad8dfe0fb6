import type { EffectResult } from '@marketops/contracts';
import { isAlreadyThere } from '@marketops/github';
import type { GatedOperation } from '../gate/gated-operation.js';
import type { ExecutorTools } from './executor.js';
import { marked, orderOf } from './order.js';
import { checkCompletable, completePull } from './pull-completion.js';
import { checkBase, checkEqual, headOf, notYet, type PullOrder, pullResult } from './pull-content.js';
import { isNothing, lackingOf, shownLacking } from './pull-lacking.js';
import { type LeftPull, lookUpPull } from './pull-lookup.js';
import { checkPreconditions } from './pull-preconditions.js';
import { checkWritable } from './repository-binding.js';
import { notShown } from './sighting.js';

/**
 * Opens a pull request from exactly the head that was authorized, against the base that was authorized.
 *
 *     nothing ──▶ preconditions ─▶ create ─▶ compare ─┬▶ labels ─▶ reviewers ─▶ verify ──▶ succeeded
 *     unfinished (ours, open) ────────────────────────┘
 *     done ──▶ adopted
 *
 * Six requests where all goes well and nothing else is asked for: repository, pull requests; head, base; create; the pull
 * request again. One more for a fork and for each reviewer, two for each label, for adding labels, and for asking reviewers:
 * before either the pull request is read, and before they are added the labels.
 */
export async function openPr(tools: ExecutorTools, gated: GatedOperation): Promise<EffectResult> {
  const { github, marker } = tools;
  const order = orderOf(gated, 'open_pr', marker);
  const sighting = await lookUpPull(github, order);
  if (sighting.seen === 'done') return sighting.result;
  checkWritable(order.operation.repository, sighting);
  if (sighting.seen === 'unfinished') {
    await checkCompletable(github, order, sighting.left);
    return finish(tools, order, sighting.left);
  }
  await checkPreconditions(github, order);
  const made = await create(tools, order);
  return 'pull' in made ? finish(tools, order, made) : made;
}

/** GitHub opens one per pair of branches, so a second one, however late, is refused there. */
async function create({ github }: ExecutorTools, order: PullOrder): Promise<LeftPull | EffectResult> {
  const { repository, title, body, draft, head, base } = order.operation;
  const { labels, reviewers, team_reviewers: teams } = order.operation;
  const fields = { title, body: marked(body, order), draft, head: headOf(order), base: base.ref };
  const fork = head.repository.id === repository.id ? {} : { headRepository: head.repository };
  try {
    const pull = await github.createPull(repository, { ...fields, ...fork });
    // What was pushed between the preconditions and now is in it: seen before anything is added that sets things going.
    checkEqual(order, pull);
    // Only this answer says where the base was: later ones say where it is.
    checkBase(order, pull.base.sha, pull);
    return { pull, lacking: { labels, reviewers, teams } };
  } catch (fault) {
    if (!isAlreadyThere(fault)) throw fault;
    const again = await lookUpPull(github, order);
    if (again.seen === 'done') return again.result;
    if (again.seen === 'unfinished') return again.left;
    throw notShown('a pull request of these branches', fault);
  }
}

async function finish(tools: ExecutorTools, order: PullOrder, left: LeftPull): Promise<EffectResult> {
  const { github, reach } = tools;
  await completePull(github, order, left);
  await reach('verify.before');
  return verify(tools, order, left.pull.number);
}

async function verify({ github }: ExecutorTools, order: PullOrder, number: number): Promise<EffectResult> {
  const pull = await github.getPull(order.operation.repository, number);
  if (pull === null) throw notYet(`Pull request ${number} cannot be read back yet.`);
  checkEqual(order, pull);
  const lacking = await lackingOf(github, order, pull);
  if (!isNothing(lacking)) throw notYet(`Pull request ${number} lacks ${shownLacking(lacking)}.`);
  return pullResult(pull, false);
}
