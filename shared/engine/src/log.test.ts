import { Fault } from '@marketops/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog, type Logger } from './log.js';

const canary = 'canary-7f3a9b';

let written: string;
let log: Logger;
beforeEach(() => {
  written = '';
  const write = (text: string) => {
    written += text;
  };
  log = createLog('test', 'trace', { write });
});
afterEach(() => vi.unstubAllEnvs());
const line = () => JSON.parse(written) as Record<string, unknown>;

/** An error as HTTP clients make them: the request, with its headers, hangs on it. */
const httpFault = () =>
  Object.assign(new Error('401 Unauthorized'), {
    request: { headers: { authorization: `token ${canary}` }, url: 'https://api.github.test' },
    response: { headers: { 'set-cookie': canary } },
  });

describe('a secret', () => {
  it.each([
    ['at the top', { token: canary }],
    ['nested', { a: { b: { c: { d: { password: canary } } } } }],
    ['in a list', { all: [{ secret: canary }, [{ cookie: canary }]] }],
    [
      'in headers of any case',
      { headers: { Authorization: canary, 'Set-Cookie': canary, 'X-Api-Key': canary } },
    ],
    ['in camel case', { githubToken: canary, privateKey: canary }],
    ['in upper case', { GITHUB_TOKEN: canary, HMAC_SECRET: canary }],
    ['as a whole object', { secret: { deeper: canary } }],
    ['as bytes', { data: Buffer.from(canary) }],
    ['on an error', { fault: httpFault() }],
    ['on an error under any name', { problem: httpFault() }],
    ['on the cause of an error', { fault: new Fault('x', 'failed', { next: 'wait', cause: httpFault() }) }],
    ['on an error in a list', { faults: [httpFault()] }],
  ])('X3: given it stands %s, then it is not written', (_where, fields) => {
    log.warn(fields, 'something happened');
    expect(line()).toMatchObject({ msg: 'something happened', level: 'warn', service: 'test' });
    expect(written).not.toContain(canary);
    expect(written).not.toContain(Buffer.from(canary).join(','));
  });

  it('X3: given it is bound to a child, then it is not written', () => {
    log.child({ token: canary, http: { headers: { authorization: canary } } }).info('bound');
    expect(line()['msg']).toBe('bound');
    expect(written).not.toContain(canary);
  });

  it('X3: given the error is all there is, then its request is not written', () => {
    log.error(httpFault());
    expect(line()).toMatchObject({ err: { message: '401 Unauthorized' } });
    expect(written).not.toContain(canary);
  });

  it('given a field that only sounds like one, then it stands', () => {
    log.info({ key_id: 'mint-1', hmac_key_id: 'hmac-1', tokens_used_ms: 3 });
    expect(line()).toMatchObject({ key_id: 'mint-1', hmac_key_id: 'hmac-1', tokens_used_ms: 3 });
  });
});

describe('a fault', () => {
  it('given a typed one, then code, next and causes stand in the line', () => {
    const cause = new Error('ECONNREFUSED');
    log.warn({ fault: new Fault('github_unavailable', 'GitHub is away', { next: 'Wait.', cause }) });
    expect(line()['fault']).toMatchObject({
      name: 'Fault',
      code: 'github_unavailable',
      message: 'GitHub is away',
      next: 'Wait.',
      cause: { message: 'ECONNREFUSED' },
    });
  });

  it('given what was thrown is no error, then it stands as it is', () => {
    log.warn({ fault: 'a string' });
    expect(line()['fault']).toBe('a string');
  });

  it('given a circle or a bottomless pit, then the line still ends', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    const loop = new Error('loop');
    loop.cause = loop;
    let pit: Record<string, unknown> = { bottom: true };
    for (let depth = 0; depth < 1_000; depth += 1) pit = { pit };
    log.warn({ circle, loop, pit });
    expect(line()).toMatchObject({ circle: { name: 'circle' }, loop: { message: 'loop' } });
    expect(written.length).toBeLessThan(5_000);
  });
});

describe('the level', () => {
  it.each([
    ['debug', 'debug'],
    ['', 'info'],
    ['verbose', 'info'],
  ])('given MARKETOPS_LOG_LEVEL is %j, then it is %s', (asked, level) => {
    vi.stubEnv('MARKETOPS_LOG_LEVEL', asked);
    expect(createLog('test').level).toBe(level);
  });
});
