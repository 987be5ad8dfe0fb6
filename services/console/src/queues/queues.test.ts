import { expect, it } from 'vitest';
import { redacted } from './redacted.js';
import { isLooking, isTending } from './tending.js';

it('given each way to change a queue, then an operator may tend it, and never write, edit or wipe it', () => {
  const may = ['/api/queues/%7Bplans-ci%7D/release-1/retry', '/api/queues/{plans-ci}/release-1/clean'];
  for (const path of may) expect([path, isTending('PUT', path)]).toEqual([path, true]);
  const not = [
    ['POST', '/api/queues/%7Bplans-ci%7D/add'],
    ['PATCH', '/api/queues/%7Bplans-ci%7D/1/update-data'],
    ['PATCH', '/api/queues/%7Bplans-ci%7D/1/delay'],
    ['PATCH', '/api/queues/%7Bplans-ci%7D/1/priority'],
    ['PUT', '/api/queues/%7Bplans-ci%7D/obliterate'],
    ['PUT', '/api/queues/%7Bplans-ci%7D/empty'],
    ['PUT', '/api/queues/%7Bplans-ci%7D/clean/waiting'],
    ['PUT', '/api/queues/%7Bpublications-acme%7D/1/retry'],
    ['PUT', '/api/queues/pause'],
    ['PUT', '/api/queues/%7Bplans-ci%7D/pause'],
    ['PUT', '/api/queues/x/%7Bplans-ci%7D/1/retry'],
    ['PUT', '/api/queues/%7Bplans-ci%7D/concurrency'],
    ['PUT', '/api/queues/%7Bplans-ci%7D/rate-limit'],
    ['PUT', '/api/queues/%7Bplans-ci%7D/1/remove-unprocessed-children'],
    ['PUT', '/api/queues/%7Bplans-ci%7D/job-schedulers/1/run'],
    ['POST', '/api/queues/%7Bplans-ci%7D/pause'],
    ['DELETE', '/api/queues/pause'],
  ] as const;
  for (const [method, path] of not) expect([path, isTending(method, path)]).toEqual([path, false]);
  expect(['GET', 'HEAD', 'PUT', 'OPTIONS'].map(isLooking)).toEqual([true, true, false, false]);
});

it('given a job that hides something below a name that is shown, or is nested without end, then none of it', () => {
  expect(redacted({ repository: [{ body: 'secret' }], kind: { text: 'secret' } })).toEqual({
    repository: [{ body: '…' }],
    kind: { text: '…' },
  });
  expect(redacted({ operation_ids: ['tag', 'release'], stream: 'x'.repeat(201) })).toEqual({
    operation_ids: ['tag', 'release'],
    stream: '…',
  });
  const deep = JSON.parse(`${'[{"data":'.repeat(20_000)}1${'}]'.repeat(20_000)}`) as unknown;
  expect(JSON.stringify(redacted(deep)).length).toBeLessThan(200);
});
