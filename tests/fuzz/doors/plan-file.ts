import { parsePlan, planRequest } from '@marketops/cli/testing';
import fc from 'fast-check';
import { type Door, openDoor } from '../door.js';
import { mutatedText } from '../mutate.js';
import { typed } from '../typed.js';

const yaml = `tenant_id: acme
repository: acme/widgets
mode: dry_run
operations:
  - id: tag
    kind: tag_repo
    tag_name: v1.4.0
    target: main # resolved when planned
    message: &words Widgets 1.4.0
  - id: release
    kind: publish_release
    depends_on: [tag]
    tag_name: v1.4.0
    release_name: *words
    body: |
      Rounder widgets.
    assets:
      - { path: dist/widgets.tgz, content_type: application/gzip }
  - { id: proof, kind: attach_release_asset, tag_name: v1.3.0, asset: { path: dist/proof.json } }
  - { id: announce, kind: open_pr, head: release, base: main, title: "A title", body: 'A body.' }
`;
const json = JSON.stringify({
  tenant_id: 'acme',
  repository: 'acme/widgets',
  operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v1.0.0', target: 'main', message: 'One' }],
});

export const planFile: Door = {
  name: 'plan-file',
  what: 'plans in YAML and JSON: a request, or a typed fault with its place',
  async open() {
    const inputs = fc.record({ text: mutatedText([yaml, json, '']), json: fc.boolean() });
    const options = {
      path: 'plan.yml',
      artifactsRoot: '/srv/releases',
      mode: undefined,
      idempotencyKey: 'k',
    };
    return openDoor(inputs, async (input) => {
      const plan = await typed(() => parsePlan(input.text, { path: 'plan.yml', json: input.json }));
      if (plan !== undefined) await typed(() => planRequest(plan, '/srv/releases/plan.yml', options));
    });
  },
};
