import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyJournal } from '@marketops/verifier/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allReleases, simulatedRequests, simulatedState } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const operations = [
  { id: 'tag', kind: 'tag_repo', tag_name: 'v1.4.0', target: 'main', message: 'Widgets 1.4.0' },
  {
    id: 'release',
    kind: 'publish_release',
    depends_on: ['tag'],
    tag_name: 'v1.4.0',
    release_name: 'Widgets 1.4.0',
    body_file: 'notes.md',
    assets: [
      { path: 'dist/widgets-1.4.0.tgz', content_type: 'application/gzip' },
      { path: 'dist/SHA256SUMS' },
    ],
  },
  {
    id: 'announce',
    kind: 'open_pr',
    depends_on: ['release'],
    repository: 'acme/website',
    head: 'release-1.4.0',
    base: 'main',
    title: 'Announce Widgets 1.4.0',
    body: 'See the release.',
  },
];

describe('the complete flow, with every service a process of its own', () => {
  let the: TemporarySystem;
  beforeAll(async () => {
    the = await temporarySystem();
    const dir = join(the.system.dir, 'releases');
    mkdirSync(join(dir, 'dist'), { recursive: true });
    writeFileSync(join(dir, 'notes.md'), '# Widgets 1.4.0\n\nRounder than ever.\n');
    writeFileSync(join(dir, 'dist/widgets-1.4.0.tgz'), Buffer.alloc(40_000, 7));
    writeFileSync(join(dir, 'dist/SHA256SUMS'), 'not checked by anyone here\n');
  });
  afterAll(() => the.close());

  it('D1, D2, D5: dry run blocks all operations: zero write requests, and each says so in the ledger', async () => {
    const [runId = ''] = await the.client.submit([{ mode: 'dry_run', operations }]);
    await the.client.ended([runId]);
    expect((await simulatedRequests(the.system.url)).writes).toBe(0);
    expect((await the.client.run(runId)).completed?.data).toMatchObject({
      status: 'blocked',
      blocked: 3,
      succeeded: 0,
    });
    for (const { id } of operations) {
      const state = await the.client.operation(runId, id);
      expect(state.planned?.data.blocked_by_mode).toBe(true);
      expect(state.blocked?.data.reason.code).toBe('blocked_by_mode');
      expect(state.advised?.data.advisory.enforceable).toBe(false);
      expect(state.receipts).toEqual([]);
    }
  });

  it('the complete flow: a tag, a release with two assets and a pull request, each after the one it depends on', async () => {
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations }]);
    await the.client.ended([runId]);
    expect((await the.client.run(runId)).completed?.data).toMatchObject({
      status: 'completed',
      succeeded: 3,
    });
    const [tag, release, announce] = await Promise.all(
      operations.map(({ id }) => the.client.operation(runId, id)),
    );
    expect((release?.started?.time ?? '') >= (tag?.outcome?.time ?? '~')).toBe(true);
    expect((announce?.started?.time ?? '') >= (release?.outcome?.time ?? '~')).toBe(true);
    const [published] = await allReleases(the.system.url);
    expect(published).toMatchObject({ tag_name: 'v1.4.0', name: 'Widgets 1.4.0', draft: false });
    expect(published?.body).toContain('Rounder than ever.');
    const state = await simulatedState(the.system.url);
    expect(JSON.stringify(state)).toContain('Announce Widgets 1.4.0');
  });

  it('E2: the same plan submitted twice under one idempotency key is one run', async () => {
    const request = {
      mode: 'prod',
      idempotency_key: 'twice',
      operations: [
        { id: 'release', kind: 'publish_release', tag_name: 'v2.0.0', release_name: 'Twice', target: 'main' },
      ],
    };
    const [first = '', second = ''] = await the.client.submit([request, request]);
    expect(second).toBe(first);
    await the.client.ended([first]);
    expect((await allReleases(the.system.url)).filter(({ tag_name }) => tag_name === 'v2.0.0')).toHaveLength(
      1,
    );
  });

  it('a hundred plans at once do not mix', async () => {
    const names = Array.from({ length: 100 }, (_, n) => `v3.0.${n}`);
    const runIds = await the.client.submit(
      names.map((tag) => ({
        mode: 'prod',
        operations: [
          {
            id: 'release',
            kind: 'publish_release',
            tag_name: tag,
            release_name: `Release ${tag}`,
            body: `only ${tag}`,
            target: 'main',
          },
        ],
      })),
    );
    await the.client.ended(runIds, 90_000);
    const releases = (await allReleases(the.system.url)).filter(({ tag_name }) =>
      tag_name.startsWith('v3.0.'),
    );
    expect(releases).toHaveLength(100);
    for (const { tag_name, name, body } of releases) {
      expect(name).toBe(`Release ${tag_name}`);
      expect(body.startsWith(`only ${tag_name}\n`)).toBe(true);
    }
    const statuses = await Promise.all(
      runIds.map(async (runId) => (await the.client.run(runId)).completed?.data.status),
    );
    expect(new Set(statuses)).toEqual(new Set(['completed']));
  });

  it('P6: several operations tracked: every outcome carries its receipt', async () => {
    const [runId = ''] = await the.client.submit([
      {
        mode: 'prod',
        operations: [
          { id: 'good', kind: 'tag_repo', tag_name: 'v4.0.0', target: 'main' },
          { id: 'after', kind: 'tag_repo', depends_on: ['good'], tag_name: 'v4.0.1', target: 'main' },
        ],
      },
    ]);
    await the.client.ended([runId]);
    for (const id of ['good', 'after']) {
      const { outcome, issued } = await the.client.operation(runId, id);
      expect(outcome?.data.audit).toMatchObject({
        status: 'success',
        run_id: runId,
        operation_id: id,
        receipt_id: issued?.data.receipt.receipt_id,
      });
    }
  });

  it('L1, E1: all of it verifies', async () => {
    const report = await verifyJournal({
      dir: join(the.system.loaded.dataDir, 'ledger', 'journal'),
      keyring: the.system.loaded.keyring,
    });
    expect(report.fault).toBeUndefined();
    expect(report.ok).toBe(true);
    expect(report.entries).toBeGreaterThan(800);
  });
});
