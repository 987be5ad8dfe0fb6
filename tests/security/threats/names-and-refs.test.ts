import { PlanRequest } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';

const plan = (operation: object) => ({
  tenant_id: 'acme',
  repository: 'acme/widgets',
  operations: [{ id: 'one', ...operation }],
});
const pull = (head: string) =>
  plan({ kind: 'open_pr', head, base: 'main', title: 'A title', body: 'A body.' });
const release = (name: string) =>
  plan({
    kind: 'publish_release',
    tag_name: 'v1.0.0',
    release_name: 'One',
    assets: [{ path: 'dist/file', name, content_type: 'text/plain' }],
  });
const faultsOf = (request: object): readonly string[] =>
  (PlanRequest.safeParse(request).error?.issues ?? []).map(({ path }) => path.join('.'));

describe('names as GitHub would read them otherwise', () => {
  it.each(['mallory:release', 'mallory/widgets:release', 'refs/heads/release', 'release@{1}'])(
    'given a head in a fork or of another form, %j, then the plan is refused at that place',
    (head) => {
      expect(faultsOf(pull('release'))).toEqual([]);
      expect(faultsOf(pull(head))).toEqual(['operations.0.head']);
    },
  );

  it.each(['my file.tgz', '.hidden', 'a..b', 'a.', 'ä.txt', 'a/b', 'a#b', 'a%20b', 'a(1).txt', ''])(
    'given an asset that GitHub would rename, %j, then the plan is refused at that place',
    (name) => {
      expect(faultsOf(release('widgets-1.0.tgz'))).toEqual([]);
      expect(faultsOf(release(name))).toEqual(['operations.0.assets.0.name']);
    },
  );
});
