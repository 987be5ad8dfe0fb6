import { RequestedOperation } from '@marketops/contracts';
import type { Selected } from '../stages/2-select.js';
import type { OperationFacts } from '../stages/facts.js';
import { sha } from './world.js';

export const tag = { id: 'tag', kind: 'tag_repo', tag_name: 'v1.1.0' };
export const release = {
  id: 'release',
  kind: 'publish_release',
  tag_name: 'v1.1.0',
  release_name: 'Widgets 1.1',
};
export const pull = { id: 'pr', kind: 'open_pr', head: 'release-1', base: 'main', title: 'Merge' };

/** Facts of an operation with nothing missing. */
export const facts = (over: Partial<OperationFacts> = {}): OperationFacts => ({
  repository: {
    repository: { id: 7, owner: 'acme', name: 'widgets' },
    default_branch: 'main',
    archived: false,
  },
  repository_fault: null,
  account_configured: true,
  target: { revision: 'main', sha: sha('a') },
  tag: { sha: null },
  head: null,
  base: null,
  body: null,
  head_repository: null,
  labels_missing: [],
  reviewers_refused: [],
  release: null,
  asset_there: null,
  changes: null,
  assets: [],
  ...over,
});
const pullFacts = (over: Partial<OperationFacts> = {}): OperationFacts =>
  facts({
    target: null,
    tag: null,
    head: { ref: 'release-1', sha: sha('b') },
    base: { ref: 'main', sha: sha('a') },
    body: { text: '' },
    ...over,
  });

/** An operation with its defaults filled in and what was found for it. */
export const selected = (operation: object, over: Partial<OperationFacts> = {}): Selected => {
  const requested = RequestedOperation.parse(operation);
  const found = requested.kind === 'open_pr' ? pullFacts(over) : facts(over);
  return { requested, fullName: 'acme/widgets', facts: found, targetSha: found.target?.sha ?? null };
};
