import { Operation, PlanRequest } from '@marketops/contracts';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import type { ArtifactFacts, Artifacts } from '../ports/artifacts.js';
import { sha, widgets, world } from '../testing/world.js';
import { discover } from './1-discover.js';
import { select } from './2-select.js';
import { verify } from './3-verify.js';
import { evaluate } from './4-evaluate.js';
import { plan } from './5-plan.js';

const digest = 'f0'.repeat(32);
const request = PlanRequest.parse({
  ...{ tenant_id: 'acme', repository: 'acme/widgets' },
  operations: [
    {
      ...{ id: 'proof', kind: 'attach_release_asset', tag_name: 'v1.0.0' },
      asset: { path: 'proofs/proof.json', content_type: 'application/json' },
    },
  ],
});
const published = { ...widgets, releases: { 'v1.0.0': { id: 5, immutable: false } } };

/** From the request to the plan, over a repository and the file that is to be attached. */
async function planned(
  repository: typeof published,
  file: ArtifactFacts = { sha256: digest, size_bytes: 9 },
  mode: 'prod' | 'dry_run' = 'prod',
) {
  const artifacts: Artifacts = {
    take: async (path) => Promise.resolve(path === 'proofs/proof.json' ? file : { fault: 'no such file' }),
    text: async () => Promise.resolve({ fault: 'no texts here' }),
  };
  const { discovery, asked } = world({ 'acme/widgets': repository });
  const facts = await discover(request, { discovery, artifacts, accounts: new Set(['acme']) });
  const selected = select(request, facts);
  const identity = { runId: 'run_x', tenantId: 'acme', principal: 'ci', requestDigest: '0'.repeat(64), mode };
  const { plan: made, operations } = plan(
    nodeCrypto,
    identity,
    selected,
    evaluate(selected, verify(selected)),
  );
  const [item] = made.operations;
  return { item, asked, operation: operations.get('proof')?.operation, facts };
}
const missingIn = async (...given: Parameters<typeof planned>) =>
  (await planned(...given)).item?.missing_prerequisites.map(({ code }) => code);

describe('an asset for a release that is published', () => {
  it('given all is there, then the operation binds which release, by number, tag and commit, and the bytes', async () => {
    const { operation, item } = await planned(published);
    expect(operation).toEqual({
      ...{ operation_id: 'proof', kind: 'attach_release_asset', release_id: 5 },
      ...{ tag_name: 'v1.0.0', target_sha: sha('c') },
      repository: { id: 7, owner: 'acme', name: 'widgets' },
      asset: { name: 'proof.json', size_bytes: 9, sha256: digest, content_type: 'application/json' },
    });
    expect(Operation.parse(operation)).toEqual(operation);
    expect(item).toMatchObject({ would_ship: true, blocked_by_mode: false });
  });

  it('given a dry run, then it says what would be attached, and is blocked by its mode', async () => {
    const { item, operation } = await planned(published, undefined, 'dry_run');
    expect(item).toMatchObject({ would_ship: true, blocked_by_mode: true });
    expect(operation).toMatchObject({ asset: { sha256: digest } });
  });

  const has = (asset: object) => ({
    ...published,
    assets: { 'proof.json': { size_bytes: 9, sha256: digest, complete: true, ...asset } },
  });
  const immutable = { 'v1.0.0': { id: 5, immutable: true } };
  it.each<[string, typeof published, string[]]>([
    ['no release of the tag', { ...widgets, releases: {} as typeof published.releases }, ['release_missing']],
    ['a release that has lost its tag', { ...published, tags: {} }, ['release_missing']],
    ['an immutable release', { ...published, releases: immutable }, ['release_immutable']],
    ['the same bytes under the name, which are adopted', has({}), []],
    ['the same bytes in an immutable release', { ...has({}), releases: immutable }, []],
    ['other bytes under the name', has({ sha256: '0'.repeat(64) }), ['asset_exists']],
    ['bytes without a digest under the name', has({ sha256: null }), ['asset_exists']],
    ['an upload that has not ended', has({ sha256: null, complete: false }), ['asset_unfinished']],
    ['an archived repository', { ...published, archived: true }, ['repository_archived']],
  ])('given %s, then what is missing is said', async (_what, repository, codes) => {
    expect(await missingIn(repository)).toEqual(codes);
  });

  it('given no file, or an empty one, then it is not planned whole', async () => {
    expect(await missingIn(published, { fault: 'it is not there' })).toEqual(['asset_missing']);
    expect(await missingIn(published, { sha256: digest, size_bytes: 0 })).toEqual(['asset_empty']);
  });

  it('given a name that GitHub would change, then that is said', async () => {
    const [operation] = request.operations;
    if (operation?.kind !== 'attach_release_asset') throw new TypeError('it is of another kind');
    const { facts } = await planned(published);
    const asset = { ...operation.asset, name: 'a proof.json' };
    const selected = select({ ...request, operations: [{ ...operation, asset }] }, facts);
    expect(
      verify(selected)
        .get('proof')
        ?.map(({ code }) => code),
    ).toEqual(['asset_name_invalid']);
  });

  it('is asked about by reads that need no release to be listed twice', async () => {
    const { asked } = await planned(published);
    expect([...asked].sort()).toEqual([
      'asset 5 proof.json',
      'releases',
      'repository acme/widgets',
      'tag v1.0.0',
    ]);
  });
});
