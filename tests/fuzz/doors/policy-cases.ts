import { readCases } from '@marketops/policy';
import { type Door, openDoor, Violation } from '../door.js';
import { mutatedText } from '../mutate.js';
import { typed } from '../typed.js';

const genuine = [
  `given: { principal: ci, tenant: acme, evidence: { ci.result: passed } }
cases:
  - name: a tag
    given: { operation: { kind: tag_repo, repository: acme/widgets, tag_name: v1 } }
    expect: allow
  - name: a release
    given:
      approvals: [{ by: alice, groups: [release-managers] }]
      operation: { kind: publish_release, repository: acme/widgets, tag_name: v1, asset_count: 2 }
    expect: needs_approvals
    by: [two-people]
  - name: a proof
    given: { operation: { kind: attach_release_asset, repository: acme/widgets, tag_name: v1, asset_name: p.json } }
    expect: allow
`,
];

export const policyCases: Door = {
  name: 'policy-cases',
  what: 'tables of cases: read, or a typed fault that names the file',
  async open() {
    return openDoor(mutatedText(genuine), async (text) => {
      const cases = await typed(() => readCases({ 'mutated.test.yml': text }));
      if (cases?.length === 0) throw new Violation('a table without a case is taken');
    });
  },
};
