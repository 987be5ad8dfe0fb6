import { PlanRequest } from '@marketops/contracts';
import { createGitHubClient, readsOnly } from '@marketops/github';
import { type SimulatedGitHub, startSimulatedGitHub } from '@marketops/local';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Artifacts } from '../ports/artifacts.js';
import { webOriginOf } from '../ports/github-changes.js';
import { discoveryOver } from '../ports/github-discovery.js';
import { discover } from './1-discover.js';
import { select } from './2-select.js';
import { verify } from './3-verify.js';
import { evaluate } from './4-evaluate.js';
import { type Planned, plan } from './5-plan.js';

let github: SimulatedGitHub;
beforeEach(async () => {
  github = await startSimulatedGitHub({
    seed: [
      {
        ...{ owner: 'acme', name: 'widgets', labels: ['release'], collaborators: ['grace'] },
        branches: [
          { name: 'main', commits: ['one', 'two'] },
          ...['first', 'second'].map((name) => ({ name, from: 'main', commits: [name] })),
        ],
        releases: [{ tag_name: 'v1.0.0', target_commitish: 'main', name: 'Widgets 1.0' }],
        pulls: [
          { title: 'Rounder', head: 'first', base: 'main', author: 'ada' },
          { title: 'Never merged', head: 'second', base: 'main', author: 'eve' },
        ],
      },
      {
        ...{ owner: 'ada', name: 'widgets', fork_of: 'acme/widgets' },
        branches: [{ name: 'feature', from: 'main', commits: ['from a fork'] }],
      },
    ],
  });
  github.merge('acme/widgets', 1);
});
afterEach(() => github.stop());

const noArtifacts: Artifacts = {
  take: async () => Promise.resolve({ fault: 'no files here' }),
  text: async () => Promise.resolve({ fault: 'no files here' }),
};

async function planned(operations: readonly object[]): Promise<Planned> {
  const client = createGitHubClient({
    apiUrl: github.url,
    token: 'reads-only-0123456789',
    userAgent: 'test',
  });
  const request = PlanRequest.parse({ tenant_id: 'acme', repository: 'acme/widgets', operations });
  const facts = await discover(request, {
    discovery: discoveryOver(readsOnly(client), webOriginOf(github.url)),
    artifacts: noArtifacts,
    accounts: new Set(['acme']),
  });
  const selected = select(request, facts);
  const identity = { runId: 'run_x', tenantId: 'acme', principal: 'ci', requestDigest: '0'.repeat(64) };
  return plan(nodeCrypto, { ...identity, mode: 'dry_run' }, selected, evaluate(selected, verify(selected)));
}

describe('D1: a dry run over GitHub', () => {
  it('given every kind with everything it may ask for, then all of it is read and nothing is written', async () => {
    const before = github.requests.writes;
    const { plan: its, operations } = await planned([
      {
        ...{ id: 'release', kind: 'publish_release', tag_name: 'v1.1.0', release_name: 'Widgets 1.1' },
        ...{ body: 'Hello.', generate_notes: true },
      },
      { id: 'tag', kind: 'tag_repo', tag_name: 'v1.1.1' },
      {
        ...{ id: 'pr', kind: 'open_pr', head: 'feature', head_repository: 'ada/widgets', base: 'main' },
        ...{ title: 'From a fork', labels: ['release'], reviewers: ['grace'], team_reviewers: ['docs'] },
      },
    ]);
    expect(github.requests.writes).toBe(before);
    expect(its.operations.map(({ reasons }) => reasons)).toEqual([[], [], []]);
    expect(operations.get('release')?.operation).toMatchObject({
      body: [
        'Hello.',
        '',
        "## What's Changed",
        `* Rounder by @ada in ${github.url}/acme/widgets/pull/1`,
        '',
        '',
        `**Full Changelog**: ${github.url}/acme/widgets/compare/v1.0.0...v1.1.0`,
      ].join('\n'),
    });
    expect(operations.get('pr')?.operation).toMatchObject({
      head: { repository: { owner: 'ada', id: github.state.repository('ada/widgets').id } },
      base_may_move: false,
    });
    expect(
      (
        await planned([
          {
            ...{ id: 'release', kind: 'publish_release', tag_name: 'v1.1.0', release_name: 'Widgets 1.1' },
            ...{ body: 'Hello.', generate_notes: true },
          },
        ])
      ).operations.get('release')?.digest,
    ).toBe(operations.get('release')?.digest);
  });

  it('given what is not there, then each is said, and still nothing is written', async () => {
    const before = github.requests.writes;
    const { plan: its } = await planned([
      {
        ...{ id: 'release', kind: 'publish_release', tag_name: 'v1.0.0', release_name: 'Again' },
        ...{ generate_notes: true, previous_tag_name: 'v0' },
      },
      {
        ...{ id: 'pr', kind: 'open_pr', head: 'second', base: 'main', title: 'Names' },
        ...{ labels: ['new'], reviewers: ['eve'] },
      },
    ]);
    expect(its.operations.map(({ reasons }) => reasons.map(({ code }) => code))).toEqual([
      ['release_exists', 'notes_unavailable'],
      ['label_missing', 'reviewer_refused'],
    ]);
    expect(github.requests.writes).toBe(before);
  });
});
