import type { OpenPullRequest, Repository } from '@marketops/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pullOperation } from '../testing/operations.js';
import { failedWith, type OtherHand, otherHand, ours, succeeded } from '../testing/other-hand.js';
import { fullPull, pullSeed } from '../testing/pulls.js';
import { openSimulatedWorld, type SimulatedWorld } from '../testing/simulated.js';

let the: SimulatedWorld;
let hand: OtherHand;
beforeEach(async () => {
  the = await openSimulatedWorld(undefined, undefined, { seed: pullSeed });
  hand = otherHand(the);
});
afterEach(() => the.close());

const pulls = async () => (await the.seen()).pulls;
const whole = {
  state: 'open',
  labels: expect.arrayContaining(['release', 'announcement']) as unknown,
  requested_reviewers: ['ada'],
  requested_teams: ['docs'],
};
const open = (operation: OpenPullRequest, fields: object = {}) =>
  hand.ask('POST', '/pulls', {
    ...{ title: operation.title, body: ours(operation.body, operation), head: 'acme:release-1.4.0' },
    ...{ base: 'main', draft: operation.draft, ...fields },
  });

describe('a pull request with labels and reviewers', () => {
  it('is opened, labelled, and its reviewers are asked', async () => {
    expect(await the.ship(fullPull({ draft: true }))).toEqual(succeeded(false));
    expect(await pulls()).toMatchObject([{ ...whole, draft: true }]);
  });

  it('that an earlier attempt left bare is finished; what it has already stays', async () => {
    const operation = fullPull();
    const { number } = await open(operation);
    await hand.ask('POST', `/issues/${number}/labels`, { labels: ['release'] });
    expect(await the.ship(operation)).toEqual(succeeded(false));
    expect(await pulls()).toMatchObject([whole]);
  });

  it('whose reviewer has answered meanwhile asks nobody twice', async () => {
    const operation = fullPull({ team_reviewers: [] });
    const { number } = await open(operation);
    await hand.ask('POST', `/issues/${number}/labels`, { labels: operation.labels });
    await hand.ask('POST', `/pulls/${number}/requested_reviewers`, { reviewers: ['ada'] });
    the.github.review('acme/widgets', number, { login: 'ada', state: 'APPROVED' });
    expect(await the.ship(operation)).toEqual(succeeded(true));
    expect(await pulls()).toMatchObject([{ requested_reviewers: [] }]);
  });

  it('that somebody merged meanwhile is the one effect, with whatever labels they left it', async () => {
    const operation = fullPull();
    const { number } = await open(operation);
    the.github.merge('acme/widgets', number);
    expect(await the.ship(operation)).toEqual(succeeded(true));
    expect(await pulls()).toHaveLength(1);
  });

  it.each([
    ['a label that is not there: GitHub would make it', { labels: ['release', 'new'] }, 'label_missing'],
    ['a reviewer who is no collaborator', { reviewers: ['eve'] }, 'reviewer_refused'],
  ])('is not opened with %s', async (_what, changes, code) => {
    expect(await the.ship(fullPull(changes))).toEqual(failedWith(code));
    expect(await pulls()).toEqual([]);
    expect(the.github.state.repository('acme/widgets').labels.has('new')).toBe(false);
  });

  it('with a team that may not review is open and unfinished, and says so', async () => {
    const outcome = await the.ship(fullPull({ team_reviewers: ['nobody'] }));
    expect(outcome).toEqual(failedWith('pull_unfinished'));
    expect(await pulls()).toHaveLength(1);
  });

  it('with its own author as reviewer says so', async () => {
    const author = the.github.state.bot.login;
    the.github.state.repository('acme/widgets').collaborators.add(author.toLowerCase());
    expect(await the.ship(fullPull({ reviewers: [author] }))).toEqual(failedWith('pull_unfinished'));
  });

  it('whose label is gone before it could be finished is not given another of that name', async () => {
    const operation = fullPull();
    await open(operation);
    the.github.state.repository('acme/widgets').labels.delete('release');
    expect(await the.ship(operation)).toEqual(failedWith('pull_unfinished'));
    expect(the.github.state.repository('acme/widgets').labels.has('release')).toBe(false);
  });
});

describe('a pull request that could not be completed', () => {
  it('is looked up when the attempts are spent, and the failure says what is there and what it lacks', async () => {
    const path_pattern = '/issues/1/labels';
    the.github.faults.arm({ kind: 'bad_gateway_before', method: 'POST', path_pattern, count: 20 });
    const outcome = await the.ship(fullPull());
    expect(outcome).toEqual(failedWith('service_unavailable'));
    expect(outcome).toMatchObject({
      audit: {
        error_message: expect.stringContaining(
          'Pull request #1 is open and lacks the label release',
        ) as unknown,
      },
    });
    expect(await pulls()).toHaveLength(1);
  });
});

describe('a head in a fork', () => {
  const headSha = 'e'.repeat(40);
  let fork: Repository;
  const fromFork = (changes: Partial<OpenPullRequest> = {}) =>
    pullOperation({ head: { ref: 'feature', sha: headSha, repository: fork }, ...changes });
  beforeEach(() => {
    const branches = [{ name: 'feature', from: 'main', commits: [{ message: 'four', sha: headSha }] }];
    const { id } = the.github.seed({ owner: 'ada', name: 'gadgets', fork_of: 'acme/widgets', branches });
    fork = { id, owner: 'ada', name: 'gadgets' };
  });

  it('is opened from exactly that repository', async () => {
    expect(await the.ship(fromFork())).toEqual(succeeded(false));
    expect(await pulls()).toMatchObject([
      { head: { repository: 'ada/gadgets', ref: 'feature', sha: headSha } },
    ]);
  });

  it('that was renamed, or deleted and forked anew, is another one than was authorized', async () => {
    the.github.state.rename('ada/gadgets', { name: 'things' });
    expect(await the.ship(fromFork())).toEqual(failedWith('redirected'));
    the.github.state.delete('ada/things');
    const branches = [{ name: 'feature', from: 'main', commits: [{ message: 'four', sha: headSha }] }];
    the.github.seed({ owner: 'ada', name: 'gadgets', fork_of: 'acme/widgets', branches });
    expect(await the.ship(fromFork({ operation_id: 'second' }))).toEqual(
      failedWith('head_repository_changed'),
    );
    expect(await pulls()).toEqual([]);
  });

  it('that was pushed to is refused', async () => {
    the.github.push('ada/gadgets', 'feature', { force: true });
    expect(await the.ship(fromFork())).toEqual(failedWith('head_moved'));
  });

  it('and deleted once the pull request was merged is no reason to open another', async () => {
    const operation = fromFork();
    const { number } = await open(operation, { head: 'ada:feature' });
    the.github.merge('acme/widgets', number);
    the.github.state.delete('ada/gadgets');
    expect(await the.ship(operation)).toEqual(succeeded(true));
    expect(await pulls()).toHaveLength(1);
  });
});
