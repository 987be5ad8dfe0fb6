import type { Operation } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { operationFacts } from './operation-facts.js';

const sha = (digit: string) => digit.repeat(40);
const digest = (digit: string) => digit.repeat(64);
const repository = { id: 4711, owner: 'acme', name: 'widgets' };
const asset = (name: string, digit: string) => ({
  ...{ name, size_bytes: 123_457, sha256: digest(digit), content_type: 'application/gzip' },
});
const base = { operation_id: 'one', repository, salt: 'c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHQ=' };

const operations: readonly Operation[] = [
  { ...base, kind: 'tag_repo', tag_name: 'v1.4.0', target_sha: sha('a'), message: 'The message\nof the tag' },
  {
    ...{
      ...base,
      kind: 'publish_release',
      tag_name: 'v1.4.0',
      target_sha: sha('b'),
      release_name: 'Widgets 1.4',
    },
    ...{ body: 'Notes', draft: false, prerelease: true, make_latest: 'legacy' },
    assets: [asset('one.tgz', '1'), asset('two.tgz', '2')],
  },
  {
    ...{ ...base, kind: 'open_pr', base_may_move: false, title: 'Announce', body: 'See there', draft: true },
    head: { ref: 'release', sha: sha('c'), repository: { id: 4712, owner: 'fork', name: 'website' } },
    base: { ref: 'main', sha: sha('d') },
    ...{ labels: ['news', 'web'], reviewers: ['carol'], team_reviewers: ['docs'] },
  },
  {
    ...{ ...base, kind: 'attach_release_asset', release_id: 815, tag_name: 'v1.4.0', target_sha: sha('e') },
    asset: asset('late.tgz', '3'),
  },
];

/** Every value that stands in the operation, but for its name, its kind and yes or no. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves);
  return [];
}

describe('what an operation would do, for who signs it', () => {
  it.each(operations.map((one) => [one.kind, one] as const))(
    'given %s, then every value its digest covers is told',
    (_, operation) => {
      const { title, facts, text } = operationFacts(operation);
      const told = [title, text?.body ?? '', ...facts.map(({ name, value }) => `${name} ${value}`)].join(
        '\n',
      );
      const { operation_id: _id, kind: _kind, ...covered } = operation;
      for (const leaf of leaves(covered)) expect(told).toContain(leaf);
    },
  );

  it('given a yes that becomes a no, then what is told changes', () => {
    for (const operation of operations) {
      const told = JSON.stringify(operationFacts(operation));
      for (const [name, value] of Object.entries(operation)) {
        if (typeof value !== 'boolean') continue;
        expect(JSON.stringify(operationFacts({ ...operation, [name]: !value } as Operation))).not.toBe(told);
      }
    }
  });
});
