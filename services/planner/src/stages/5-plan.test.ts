import { Operation, PublicationPlan } from '@marketops/contracts';
import { operationDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { pull, release, selected, tag } from '../testing/stages.js';
import { sha } from '../testing/world.js';
import type { Selected } from './2-select.js';
import { verify } from './3-verify.js';
import { evaluate } from './4-evaluate.js';
import { type PlanIdentity, plan } from './5-plan.js';

const identity: PlanIdentity = {
  runId: `run_${'a'.repeat(26)}`,
  tenantId: 'acme',
  principal: 'ci',
  mode: 'prod',
  requestDigest: '0'.repeat(64),
};
const planned = (all: Selected[], over: Partial<PlanIdentity> = {}) =>
  plan(nodeCrypto, { ...identity, ...over }, all, evaluate(all, verify(all)));
const whole = (one: Selected) => planned([one]).operations.get(one.requested.id)?.operation;
const repository = { id: 7, owner: 'acme', name: 'widgets' };

describe('stage 5, plan: operations made whole', () => {
  it('given a tag, then target and message are explicit', () => {
    expect(whole(selected(tag))).toEqual({
      operation_id: 'tag',
      kind: 'tag_repo',
      repository,
      tag_name: 'v1.1.0',
      target_sha: sha('a'),
      message: 'v1.1.0',
    });
    expect(whole(selected({ ...tag, message: 'Widgets' }))).toMatchObject({ message: 'Widgets' });
  });

  it('given a release, then every default is explicit and assets are name, size, hash and type', () => {
    const assets = [
      { path: 'dist/a.tgz', content_type: 'application/gzip' },
      { path: 'dist/SUMS', name: 'SHA256SUMS' },
    ];
    const found = {
      body: { text: 'Notes' },
      assets: assets.map(({ path }, at) => ({
        path,
        file: { sha256: String(at).repeat(64), size_bytes: at + 1 },
      })),
    };
    expect(whole(selected({ ...release, assets }, found))).toEqual({
      operation_id: 'release',
      kind: 'publish_release',
      repository,
      tag_name: 'v1.1.0',
      target_sha: sha('a'),
      release_name: 'Widgets 1.1',
      body: 'Notes',
      draft: false,
      prerelease: false,
      make_latest: 'true',
      assets: [
        { name: 'a.tgz', size_bytes: 1, sha256: '0'.repeat(64), content_type: 'application/gzip' },
        {
          name: 'SHA256SUMS',
          size_bytes: 2,
          sha256: '1'.repeat(64),
          content_type: 'application/octet-stream',
        },
      ],
    });
  });

  it('given a pull request, then both branches are pinned to their commits', () => {
    expect(whole(selected(pull))).toEqual({
      operation_id: 'pr',
      kind: 'open_pr',
      repository,
      head: { ref: 'release-1', sha: sha('b'), repository },
      base: { ref: 'main', sha: sha('a') },
      base_may_move: false,
      title: 'Merge',
      body: '',
      draft: false,
      labels: [],
      reviewers: [],
      team_reviewers: [],
    });
  });

  it('given a head in a fork, then that is bound by its number too; given names, then they are in it', () => {
    const fork = { id: 9, owner: 'ada', name: 'gadgets' };
    const names = { labels: ['release'], reviewers: ['ada'], team_reviewers: ['docs'] };
    const asked = { ...pull, ...names, head_repository: 'ada/gadgets', base_may_move: true };
    const head_repository = { repository: fork, default_branch: 'main', archived: false };
    expect(whole(selected(asked, { head_repository }))).toMatchObject({
      ...{ repository, head: { ref: 'release-1', sha: sha('b'), repository: fork }, base_may_move: true },
      ...names,
    });
  });

  it('given generated notes, then the text is pinned, below the body', () => {
    const changes = { pulls: [], complete: true, web_url: 'https://github.com/acme/widgets' };
    const asked = { ...release, generate_notes: true };
    const its = whole(selected(asked, { body: { text: 'Hello.' }, changes: { since: 'v1.0.0', changes } }));
    expect(its).toMatchObject({
      body: 'Hello.\n\n**Full Changelog**: https://github.com/acme/widgets/compare/v1.0.0...v1.1.0',
    });
    expect(its).not.toHaveProperty('generate_notes');
  });

  it('given it is whole, then contracts take it, and plan and operation carry the one digest', () => {
    const { operations, plan: its } = planned([
      selected(tag),
      selected(release, { body: { text: '' } }),
      selected(pull),
    ]);
    for (const { operation, digest } of operations.values()) {
      expect(Operation.parse(operation)).toEqual(operation);
      expect(digest).toBe(operationDigest(nodeCrypto, operation));
    }
    expect(its.operations.map(({ operation_digest }) => operation_digest)).toEqual(
      [...operations.values()].map(({ digest }) => digest),
    );
    expect(PublicationPlan.parse(its)).toEqual(its);
  });

  it('given a prerequisite is missing, then there is no operation and no digest, and the plan says why', () => {
    const { operations, plan: its } = planned([selected(tag, { target: { revision: 'gone', sha: null } })]);
    expect(operations.size).toBe(0);
    expect(its.operations[0]).toMatchObject({
      operation_digest: null,
      would_ship: false,
      reasons: [{ code: 'target_missing' }],
      missing_prerequisites: [{ code: 'target_missing' }],
    });
  });

  it('D1: given a dry run, then every operation is blocked by its mode, those that would ship included', () => {
    const all = [selected(tag), selected(pull, { head: { ref: 'release-1', sha: null } })];
    const flags = (mode: 'dry_run' | 'prod') =>
      planned(all, { mode }).plan.operations.map(({ blocked_by_mode, would_ship }) => [
        blocked_by_mode,
        would_ship,
      ]);
    expect(flags('dry_run')).toEqual([
      [true, true],
      [true, false],
    ]);
    expect(flags('prod')).toEqual([
      [false, true],
      [false, false],
    ]);
  });

  it('D4: given the same request in both modes, then the operations are the same and the plans are not', () => {
    const dry = planned([selected(tag)], { mode: 'dry_run' });
    const live = planned([selected(tag)]);
    expect([...dry.operations]).toEqual([...live.operations]);
    expect(dry.plan).not.toEqual(live.plan);
    expect(dry.plan.mode).toBe('dry_run');
  });
});
