import { afterAll, beforeAll, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const publishers = ['publisher', 'publisher-2'] as const;

let the: TemporarySystem;
beforeAll(async () => {
  the = await temporarySystem({
    services: ['ledger', 'planner', 'federation', ...publishers.map(() => 'publisher' as const)],
    config: { publisher: { accounts: { acme: { kinds: ['publish_release'], starts_per_hour: 2 } } } },
  });
});
afterAll(() => the.close());

it('the publisher’s own cap stands over processes and their deaths, whatever federation has authorized', async () => {
  const { client, system } = the;
  const tags = ['v1.0.0', 'v1.1.0', 'v1.2.0', 'v1.3.0'];
  const runs = await client.submit(tags.map((tag) => ({ mode: 'prod', operations: [release(tag)] })));
  const states = () => Promise.all(runs.map((runId) => client.operation(runId, 'release')));
  /** Two have shipped; the others say why they wait. */
  const settled = async () => {
    const all = await states();
    const held = all.filter(({ holds }) => holds.includes('acknowledged hourly_cap'));
    return all.filter(({ outcome }) => outcome !== undefined).length === 2 && held.length === 2;
  };
  await client.until('two releases and two holds', settled);

  for (const name of publishers) await system.kill(name);
  for (const name of publishers) await system.restart(name);
  // Something else the new processes have done by then: they are at work, and still hold.
  const [refused = ''] = await client.submit([
    {
      mode: 'prod',
      operations: [{ id: 'release', kind: 'tag_repo', tag_name: 'v2.0.0', target: 'main', message: 'two' }],
    },
  ]);
  await client.ended([refused]);
  expect((await client.operation(refused, 'release')).outcome).toMatchObject({
    ...{ type: 'operation.refused', data: { check: 'audience', reason: { code: 'not_served_here' } } },
  });

  expect(await settled()).toBe(true);
  const held = (await states()).filter(({ outcome }) => outcome === undefined);
  expect(held.every(({ started, retries }) => started === undefined && retries === 0)).toBe(true);
  expect(await allReleases(system.url)).toHaveLength(2);
});
