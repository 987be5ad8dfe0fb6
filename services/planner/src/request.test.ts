import { PlanRequest } from '@marketops/contracts';
import { incomingJob } from '@marketops/engine/testing';
import { nodeCrypto } from '@marketops/proof/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlanJob } from './request.js';
import { principals, runIdOf, tagRequest } from './testing/harness.js';

const grant = { tenants: ['acme'], modes: ['dry_run', 'prod'] as ('dry_run' | 'prod')[] };
const parse = (data: unknown, job: Partial<Parameters<typeof incomingJob>[0]> = {}, granted = grant) =>
  parsePlanJob(nodeCrypto, 'ci', granted, incomingJob({ data, ...job }));
const rejected = (data: unknown, granted = grant) => {
  const { request } = parse(data, {}, granted);
  return 'rejected' in request ? request.rejected : expect.fail('it was accepted');
};
const bare = () => {
  const { idempotency_key: _, ...rest } = tagRequest();
  return rest;
};

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe('a plan request', () => {
  it('given a good one, then it is a trigger of the run its key names', () => {
    expect(parse(tagRequest())).toMatchObject({
      principal: 'ci',
      tenantId: 'acme',
      mode: 'prod',
      idempotencyKey: 'k1',
      runId: runIdOf('k1'),
      request: { operations: [{ id: 'tag', depends_on: [] }] },
    });
  });

  it('F4: given it claims another principal, then the queue’s counts and the claim is refused', () => {
    expect(parse({ ...tagRequest(), principal: 'admin' })).toMatchObject({
      principal: 'ci',
      request: { rejected: { code: 'request_invalid' } },
    });
  });

  it.each([
    ['no object', 'plan', 'request_malformed'],
    ['null', null, 'request_malformed'],
    ['nothing', undefined, 'request_malformed'],
    ['a list', [tagRequest()], 'request_malformed'],
    ['lists nested deeper than the stack', nested(100_000), 'request_malformed'],
    ['a field nested so', { ...tagRequest(), x: nested(100_000) }, 'request_malformed'],
    ['no tenant', { ...tagRequest(), tenant_id: undefined }, 'request_invalid'],
    ['a tenant that is no id', { ...tagRequest(), tenant_id: '../acme' }, 'request_invalid'],
    ['a tenant it may not ask for', { ...tagRequest(), tenant_id: 'rival' }, 'principal_not_allowed'],
    ['more than a megabyte', { ...tagRequest(), title: 'x'.repeat(1_048_576) }, 'request_too_large'],
    ['more than a megabyte in bytes', { ...tagRequest(), title: '界'.repeat(400_000) }, 'request_too_large'],
  ])('given %s, then there is no run to record it in, and it is refused at the door', (_what, data, code) => {
    expect(() => parse(data)).toThrowError(expect.objectContaining({ code, retry: 'terminal' }));
  });

  it.each(['PROD', 'Prod', ' prod', 'prod ', 'production', '', true, 1, null, ['prod'], { mode: 'prod' }])(
    'D3: given the mode is %j, then the run is rejected, and is none in prod',
    (mode) => {
      expect(parse({ ...tagRequest(), mode })).toMatchObject({
        mode: 'dry_run',
        request: { rejected: { code: 'mode_invalid' } },
      });
    },
  );

  it('D3: given no mode, then it is a dry run', () => {
    const { mode: _, ...without } = tagRequest();
    expect(parse(without)).toMatchObject({ mode: 'dry_run', request: { mode: 'dry_run' } });
  });

  it('D3: given an environment that asks for prod, then it is a dry run all the same', () => {
    const { mode: _, ...without } = tagRequest();
    process.env['MODE'] = process.env['MARKETOPS_MODE'] = 'prod';
    expect(parse(without).mode).toBe('dry_run');
    delete process.env['MODE'];
    delete process.env['MARKETOPS_MODE'];
  });

  it('given a mode the principal may not ask for, then it is rejected, and says which mode was asked for', () => {
    const intern = { ...grant, modes: ['dry_run' as const] };
    expect(principals.intern.modes).toEqual(intern.modes);
    expect(rejected(tagRequest(), intern)).toMatchObject({
      code: 'principal_not_allowed',
      faults: [{ path: 'mode' }],
    });
    expect(parse(tagRequest(), {}, intern).mode).toBe('prod');
  });

  it('given several faults, then each is named by its place, twenty at most', () => {
    const operations = [
      { id: 'tag', kind: 'tag_repo', tag_name: '-a', extra: 1 },
      { id: 'UPPER', kind: 'send_mail' },
    ];
    const { faults } = rejected({ ...tagRequest(), operations });
    expect(faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['operations[0].tag_name', 'operations[1].kind']),
    );
    const many = Array.from({ length: 50 }, () => ({ id: '!', kind: 'tag_repo', tag_name: '-' }));
    expect(rejected({ ...tagRequest(), operations: many }).faults).toHaveLength(20);
  });

  it('given an unknown key that would break a terminal or the canonical form, then its fault can still be recorded', () => {
    for (const key of ['\u001b[31mred\u0007', '\ud800', `\u0001${'\u0000'.repeat(2_000)}`]) {
      for (const { message } of rejected({ ...tagRequest(), [key]: 1 }).faults) {
        expect(message.isWellFormed()).toBe(true);
        expect(message.length).toBeLessThanOrEqual(500);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
        expect(message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }
    }
  });
});

describe('the idempotency key', () => {
  it.each([
    ['the request’s own stands first', { ...bare(), idempotency_key: 'own' }, 'job-id', 'own'],
    ['else it is the job’s id', bare(), 'release-1.4.0', 'release-1.4.0'],
    ['a queue’s running number gets the time too', bare(), '17', 'job-17-1769860800000'],
    ['so does no id at all', bare(), '', 'job--1769860800000'],
  ])('%s', (_what, data, id, expected) => {
    expect(parse(data, { id }).idempotencyKey).toBe(expected);
  });

  it('E2: given the same request under the same job id, then it is the same run; another principal’s is another', () => {
    const [first, second] = [parse(bare(), { id: 'r1' }), parse(bare(), { id: 'r1' })];
    expect([first.runId, first.requestDigest]).toEqual([second.runId, second.requestDigest]);
    const theirs = parsePlanJob(nodeCrypto, 'cd', grant, incomingJob({ id: 'r1', data: bare() }));
    expect(theirs.runId).not.toBe(first.runId);
  });

  it('given a key that comes as the job’s id or in the request, then what was asked is the same', () => {
    expect(parse(bare(), { id: 'k1' })).toMatchObject({
      runId: runIdOf('k1'),
      requestDigest: parse(tagRequest()).requestDigest,
    });
  });

  it('given defaults left out or written down, then what was asked is the same', () => {
    const written = {
      ...tagRequest(),
      operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v1.1.0', depends_on: [] }],
    };
    expect(parse(written).requestDigest).toBe(parse(tagRequest()).requestDigest);
    expect(parse({ ...tagRequest(), mode: 'dry_run' }).requestDigest).not.toBe(
      parse(tagRequest()).requestDigest,
    );
  });

  it('given any job id, then the key is one that an event may hold, and the same id gives the same key', () => {
    const anyId = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }));
    fc.assert(
      fc.property(anyId, (id) => {
        const { idempotencyKey, runId } = parse(bare(), { id });
        expect(PlanRequest.shape.idempotency_key.safeParse(idempotencyKey).success).toBe(true);
        expect(parse(bare(), { id }).runId).toBe(runId);
      }),
    );
  });
});
