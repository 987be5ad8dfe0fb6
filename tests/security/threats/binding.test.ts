import type { Operation } from '@marketops/contracts';
import { operationDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { createGate } from '@marketops/publisher';
import { anyCase, gateRules } from '@marketops/publisher/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const gate = createGate(gateRules);
const cases = fc.sample(anyCase, { seed: 8, numRuns: 60 });
type Case = (typeof cases)[number];

const ofKind = (kind: Operation['kind']): readonly Case[] => {
  const found = cases.filter(({ operation }) => operation.kind === kind);
  if (found.length === 0) throw new RangeError(`the sample has no ${kind}`);
  return found;
};

/** The gate's answer where the stream holds this operation instead of the one the receipt was minted for. */
const judgeOver = ({ facts }: Case, operation: Operation) =>
  gate.judge({
    ...facts,
    operation: { status: 'loaded', operation, digest: operationDigest(nodeCrypto, operation) },
  });

const changed = (operation: Operation, fields: object): Operation =>
  ({ ...operation, ...fields }) as Operation;
const refusal = { verdict: 'refuse', check: 'operation_binding' };

describe('R1: a receipt authorizes one operation, whole', () => {
  it('given no change, then it passes, each of the sample', () => {
    for (const one of cases) expect(judgeOver(one, one.operation).verdict).toBe('pass');
  });

  it('given another repository in the operation, then the gate refuses its binding', () => {
    for (const one of cases) {
      const { repository } = one.operation;
      for (const other of [
        { ...repository, name: `${repository.name}x` },
        { ...repository, id: repository.id + 1 },
      ]) {
        expect(judgeOver(one, changed(one.operation, { repository: other }))).toMatchObject(refusal);
      }
    }
  });

  const fields: readonly [string, Operation['kind'], unknown][] = [
    ['tag_name', 'publish_release', 'v9.9.9'],
    ['release_name', 'publish_release', 'Another'],
    ['body', 'publish_release', 'Another.'],
    ['target_sha', 'publish_release', 'f'.repeat(40)],
    ['prerelease', 'publish_release', true],
    ['make_latest', 'publish_release', 'false'],
    [
      'assets',
      'publish_release',
      [{ name: 'x', size_bytes: 1, sha256: 'e'.repeat(64), content_type: 'a/b' }],
    ],
    ['tag_name', 'tag_repo', 'v9.9.9'],
    ['message', 'tag_repo', 'Another.'],
    ['target_sha', 'tag_repo', 'f'.repeat(40)],
    ['title', 'open_pr', 'Another'],
    ['body', 'open_pr', 'Another.'],
    ['head', 'open_pr', { name: 'another', sha: 'f'.repeat(40) }],
    ['base', 'open_pr', { name: 'another', sha: 'f'.repeat(40) }],
    ['release_id', 'attach_release_asset', 987_654_321],
    ['tag_name', 'attach_release_asset', 'v9.9.9'],
    ['target_sha', 'attach_release_asset', 'f'.repeat(40)],
    [
      'asset',
      'attach_release_asset',
      { name: 'x', size_bytes: 1, sha256: 'f'.repeat(64), content_type: 'a/b' },
    ],
  ];
  it.each(fields)(
    'given another %s in the operation, of kind %s, then the gate refuses its binding',
    (field, kind, value) => {
      for (const one of ofKind(kind)) {
        expect(Object.keys(one.operation)).toContain(field);
        expect(judgeOver(one, changed(one.operation, { [field]: value }))).toMatchObject(refusal);
      }
    },
  );

  it('given the receipt of a draft, then it publishes nothing, and that of a release makes no draft', () => {
    for (const one of [...ofKind('publish_release'), ...ofKind('open_pr')]) {
      if (!('draft' in one.operation)) throw new TypeError('the operation has no draft flag');
      const flipped = changed(one.operation, { draft: !one.operation.draft });
      expect(judgeOver(one, flipped)).toMatchObject(refusal);
    }
  });

  it('given a receipt of another tenant, then the gate refuses its binding', () => {
    for (const { facts } of cases) {
      if (facts.stream === null) throw new TypeError('the case has no stream');
      const stream = { ...facts.stream, tenantId: `${facts.stream.tenantId}x` };
      expect(gate.judge({ ...facts, stream })).toMatchObject(refusal);
    }
  });

  it('given the plan was edited, then its new digest is not the receipt’s', () => {
    for (const { facts } of cases) {
      const planned = facts.stream?.state.planned;
      if (facts.stream === null || planned === undefined) throw new TypeError('the case has no plan');
      const edited = { ...planned, data: { ...planned.data, plan_digest: 'f'.repeat(64) } };
      const stream = { ...facts.stream, state: { ...facts.stream.state, planned: edited } };
      expect(gate.judge({ ...facts, stream })).toMatchObject(refusal);
    }
  });
});
