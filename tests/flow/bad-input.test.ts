import { queueNames } from '@marketops/engine';
import { connectRedis } from '@marketops/store';
import { QueueEvents } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const release = { id: 'release', kind: 'publish_release', tag_name: 'v1.0.0', release_name: 'One' };
const request = (over: object) => ({
  tenant_id: 'acme',
  repository: 'acme/widgets',
  operations: [release],
  ...over,
});
const operation = (over: object) => request({ operations: [{ ...release, ...over }] });

/** What an upstream system may send by mistake or on purpose, and what the answer must name. */
const refused: readonly [string, unknown, string][] = [
  ['nothing', null, 'request_malformed'],
  ['a text', 'release it', 'request_malformed'],
  ['a list', [], 'request_malformed'],
  ['no tenant', { operations: [release] }, 'request_invalid'],
  ['somebody else’s tenant', request({ tenant_id: 'other' }), 'principal_not_allowed'],
  ['an unknown key', request({ priority: 1 }), 'request_invalid'],
  ['mode PROD', request({ mode: 'PROD' }), 'mode_invalid'],
  ['mode with a space', request({ mode: 'prod ' }), 'mode_invalid'],
  ['mode true', request({ mode: true }), 'mode_invalid'],
  ['a megabyte of title', operation({ release_name: 'x'.repeat(1_000_000) }), 'request_invalid'],
  ['more than a megabyte', operation({ body: 'x'.repeat(1_100_000) }), 'request_too_large'],
  ['a tag that is an option', operation({ tag_name: '-a' }), 'request_invalid'],
  ['a tag named HEAD', operation({ tag_name: 'HEAD' }), 'request_invalid'],
  ['a tag that is a command', operation({ tag_name: '$(id)' }), 'request_invalid'],
  ['a tag with refs/', operation({ tag_name: 'refs/heads/main' }), 'request_invalid'],
  ['a tag of forty hex digits', operation({ tag_name: 'a'.repeat(40) }), 'request_invalid'],
  ['repository ..', request({ repository: 'acme/..' }), 'request_invalid'],
  ['a repository with an encoded slash', request({ repository: 'acme%2fwidgets/x' }), 'request_invalid'],
  ['a path out of the root', operation({ assets: [{ path: '../../etc/passwd' }] }), 'request_invalid'],
  ['a title that reads backwards', operation({ release_name: 'v1 \u202e0.0' }), 'request_invalid'],
  ['no operations', request({ operations: [] }), 'request_invalid'],
  [
    'a circle',
    request({
      operations: [
        { ...release, depends_on: ['b'] },
        { ...release, id: 'b', depends_on: ['release'] },
      ],
    }),
    'request_invalid',
  ],
];

describe('bad input at the queue’s door', () => {
  let the: TemporarySystem;
  let events: QueueEvents;
  beforeAll(async () => {
    the = await temporarySystem();
    events = new QueueEvents(queueNames.plans('local'), { connection: connectRedis(the.system.redisUrl) });
    await events.waitUntilReady();
  });
  afterAll(async () => {
    await events.close();
    await the.close();
  });

  it.each(refused)('D3: refuses %s with a typed error', async (_name, data, code) => {
    const job = await the.client.forge(queueNames.plans('local'), 'plan.requested', data);
    await expect(job.waitUntilFinished(events, 30_000)).rejects.toThrow(new RegExp(`^${code}: `));
  });

  it('D5: a refusal that can be told of a tenant is an event of its run', async () => {
    const [runId = ''] = await the.client.submit([{ operations: [{ ...release, tag_name: '@' }] }]);
    await the.client.ended([runId]);
    const { rejected } = await the.client.run(runId);
    expect(rejected?.data).toMatchObject({
      code: 'request_invalid',
      faults: [{ path: 'operations[0].tag_name' }],
    });
  });

  it('goes on: after all of that a good plan is a run', async () => {
    const [runId = ''] = await the.client.submit([{ operations: [{ ...release, target: 'main' }] }]);
    await the.client.ended([runId]);
    expect((await the.client.run(runId)).completed?.data.status).toBe('blocked');
  });

  it('given a file that is missing, then the operation would not ship, and says why', async () => {
    const [runId = ''] = await the.client.submit([
      { mode: 'prod', operations: [{ ...release, target: 'main', assets: [{ path: 'nowhere.tgz' }] }] },
    ]);
    await the.client.ended([runId]);
    expect((await the.client.operation(runId, 'release')).skipped?.data.reason.code).toBe('asset_missing');
    expect((await the.client.run(runId)).completed?.data).toMatchObject({ status: 'blocked', skipped: 1 });
  });
});
