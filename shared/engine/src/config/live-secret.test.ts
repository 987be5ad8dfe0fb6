import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StepClock, stepClock } from '../clock.js';
import type { ConfigError } from '../errors.js';
import { type LiveSecret, openSecret, tokenIn } from './live-secret.js';

/* Secrets whose file changes while they are in use. Time is stepped; the files are real. */

let folder: string;
let path: string;
let clock: StepClock;
let faults: ConfigError[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-live-'));
  path = join(folder, 'token');
  clock = stepClock(1_000_000);
  faults = [];
  write('token-one');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string, mode = 0o600): void => writeFileSync(path, `${text}\n`, { mode });
function replace(text: string, mode = 0o600): void {
  writeFileSync(`${path}.new`, `${text}\n`, { mode });
  renameSync(`${path}.new`, path);
}

function open(parse: (text: string) => string = tokenIn): LiveSecret<string> {
  const options = { clock, onFault: (fault: ConfigError) => faults.push(fault) };
  const secret = openSecret({ TOKEN_FILE: path }, 'TOKEN', parse, options);
  if (secret === undefined) throw new Error('it is unset');
  return secret;
}

/** As a service asks: again and again, a second apart. */
function later(secret: LiveSecret<string>): string {
  clock.step(1_000);
  return secret.current();
}

/** Steps the clock for as long as the awaited one sleeps. */
async function stepping<Value>(awaited: Promise<Value>): Promise<Value> {
  let over = false;
  void awaited.finally(() => {
    over = true;
  });
  while (!over) {
    clock.step(50);
    await Promise.resolve();
  }
  return awaited;
}

describe('a secret in a file', () => {
  it.each([
    ['written over', write],
    ['replaced by rename', replace],
  ])('given it is %s, then it is taken when it has been seen twice, and not before', (_how, change) => {
    const secret = open();
    expect(secret.current()).toBe('token-one');
    change('token-two');
    expect(secret.current()).toBe('token-one');
    expect(later(secret)).toBe('token-one');
    expect(later(secret)).toBe('token-two');
  });

  it('given it is being written, then no half of it is ever taken', () => {
    const secret = open();
    for (const half of ['tok', 'token-t', 'token-tw', 'token-two']) {
      writeFileSync(path, half, { mode: 0o600 });
      expect(later(secret)).toBe('token-one');
    }
    expect(later(secret)).toBe('token-two');
    expect(faults).toEqual([]);
  });

  it('given it is touched and says the same, then the value stays the one it was', () => {
    const values = new Set<object>();
    const secret = openSecret({ TOKEN_FILE: path }, 'TOKEN', (text) => ({ text }), { clock });
    for (let at = 0; at < 3; at += 1) {
      replace('token-one');
      clock.step(1_000);
      secret?.current();
      clock.step(1_000);
      values.add(secret?.current() ?? {});
    }
    expect(values.size).toBe(1);
  });

  it.each([
    ['emptied', () => write(''), 'key_invalid'],
    ['taken away', () => rmSync(path), 'key_missing'],
    ['made readable by others', () => replace('token-two', 0o644), 'key_exposed'],
    ['no token', () => write('two words canary'), 'key_invalid'],
    ['too large', () => write('x'.repeat(10_001)), 'key_invalid'],
  ])('given it is %s, then the last one serves on, and that is told once', (_what, spoil, code) => {
    const secret = open();
    spoil();
    for (let at = 0; at < 4; at += 1) expect(later(secret)).toBe('token-one');
    expect(faults.map((fault) => fault.code)).toEqual([code]);
    expect(inspect(faults, { depth: 20, showHidden: true })).not.toContain('canary');
    replace('token-three');
    later(secret);
    expect(later(secret)).toBe('token-three');
  });
});

describe('a secret that was refused', () => {
  it('given there is another by now, then it is had at once', async () => {
    const secret = open();
    replace('token-two');
    expect(await stepping(secret.after('token-one'))).toBe('token-two');
    expect(secret.current()).toBe('token-two');
  });

  it('given it was replaced before, then the newer one is had without a look', async () => {
    const secret = open();
    replace('token-two');
    await stepping(secret.after('token-one'));
    rmSync(path);
    expect(await secret.after('token-one')).toBe('token-two');
  });

  it('given the file is away while it is replaced, then its successor is waited for', async () => {
    const secret = open();
    rmSync(path);
    const awaited = secret.after('token-one');
    write('token-two');
    expect(await stepping(awaited)).toBe('token-two');
  });

  it('given the file is away for good, then that is given up within a second', async () => {
    const secret = open();
    rmSync(path);
    const startedMs = clock.nowMs();
    expect(await stepping(secret.after('token-one'))).toBe('token-one');
    expect(clock.nowMs() - startedMs).toBeLessThanOrEqual(2_000);
  });

  it('given there is no other, then it is had again, without waiting', async () => {
    expect(await open().after('token-one')).toBe('token-one');
  });

  it('given the file never stands still, then that is given up', async () => {
    let changes = 0;
    const writingOn = (): number => {
      changes += 1;
      write(`token-${changes}`);
      return clock.nowMs();
    };
    const secret = openSecret({ TOKEN_FILE: path }, 'TOKEN', tokenIn, {
      clock: { ...clock, nowMs: writingOn },
    });
    const first = secret?.current() ?? '';
    expect(await stepping(secret?.after(first) ?? Promise.resolve(''))).toBe(first);
    expect(changes).toBeGreaterThan(20);
  });

  it('given many ask at once, then all have the same', async () => {
    const secret = open();
    replace('token-two');
    const given = await stepping(
      Promise.all(Array.from({ length: 50 }, async () => secret.after('token-one'))),
    );
    expect(new Set(given)).toEqual(new Set(['token-two']));
  });
});

describe('a secret at the start', () => {
  it('given none, or an empty one, then it is unset', () => {
    for (const env of [{}, { TOKEN: '', TOKEN_FILE: '' }])
      expect(openSecret(env, 'TOKEN', tokenIn)).toBeUndefined();
    write('');
    expect(openSecret({ TOKEN_FILE: path }, 'TOKEN', tokenIn)).toBeUndefined();
  });

  it('given a variable, then that is it', async () => {
    const secret = openSecret({ TOKEN: 'token-env' }, 'TOKEN', tokenIn);
    expect(secret?.current()).toBe('token-env');
    expect(await secret?.after('token-env')).toBe('token-env');
  });

  it('X3: given what is no token, then it is refused without its text', () => {
    const env = { TOKEN: 'canary with spaces' };
    expect(() => openSecret(env, 'TOKEN', tokenIn)).toThrow(expect.objectContaining({ code: 'key_invalid' }));
    expect(() => openSecret(env, 'TOKEN', () => JSON.parse('canary'))).toThrow(/^(?!.*canary)/);
  });
});
