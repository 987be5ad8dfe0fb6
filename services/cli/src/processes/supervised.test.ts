import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CliError } from '../errors.js';
import { temporaryFolders } from '../testing/temporary-folder.js';
import type { ProcessSpec } from './process.js';
import { type ProcessChange, type Supervised, supervise } from './supervised.js';

const folder = temporaryFolders();
const alive: Supervised[] = [];
const bystanders: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(alive.splice(0).map((process) => process.stop(0)));
  for (const bystander of bystanders.splice(0)) bystander.kill('SIGKILL');
});

const says = (line: string) => `process.stdout.write(JSON.stringify(${line}) + '\\n');`;
const waits = 'setInterval(() => undefined, 1000);';

/** A process of one line of code, watched: `until` resolves with the next change that fits. */
function watched(code: string, more: { restartCrashed?: boolean } = {}) {
  const dir = folder();
  const program = join(dir, 'program.mjs');
  writeFileSync(program, code);
  const changes: ProcessChange[] = [];
  let tell: () => void = () => undefined;
  const spec: ProcessSpec = {
    name: 'the publisher',
    program,
    cwd: dir,
    env: { PATH: process.env['PATH'] ?? '' },
    logFile: join(dir, 'logs', 'publisher.log'),
    isReady: (line) => line['ready'] === true,
    readyLimitMs: 20_000,
  };
  const supervised = supervise({
    name: 'publisher',
    spec: () => spec,
    restartCrashed: more.restartCrashed ?? true,
    onChange: (change) => {
      changes.push(change);
      tell();
    },
  });
  alive.push(supervised);
  const until = async (fits: (change: ProcessChange) => boolean): Promise<ProcessChange> => {
    for (;;) {
      const found = changes.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        tell = resolve;
      });
    }
  };
  return { supervised, changes, until, spec };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('supervise', () => {
  it('starts a process, keeps its log, and hands on its ready line', async () => {
    const { supervised, spec } = watched(
      `${says("{ msg: 'hello' }")}${says('{ ready: true, health_port: 7 }')}${waits}`,
    );
    await supervised.start();
    expect(supervised.state).toBe('running');
    expect(supervised.ready).toEqual({ ready: true, health_port: 7 });
    await supervised.stop();
    expect(readFileSync(spec.logFile, 'utf8')).toContain('{"msg":"hello"}');
  });

  it('restarts a process that somebody killed', async () => {
    const { supervised, until } = watched(`${says('{ ready: true }')}${waits}`);
    await supervised.start();
    const first = supervised.pid ?? 0;
    process.kill(first, 'SIGKILL');
    const waiting = await until(({ state }) => state === 'waiting');
    expect(waiting).toMatchObject({ reason: 'it ended with SIGKILL', delayMs: 200 });
    const again = await until(({ state, pid }) => state === 'running' && pid !== first);
    expect(again.pid).toBe(supervised.pid);
    expect(supervised.restarts).toBe(1);
    expect(isAlive(first)).toBe(false);
  });

  it('waits longer after each crash in a row', async () => {
    const { supervised, changes, until } = watched(`${says('{ ready: true }')}process.exit(3);`);
    await supervised.start();
    await until(({ delayMs }) => delayMs === 800);
    expect(changes.flatMap(({ delayMs }) => delayMs ?? [])).toEqual([200, 400, 800]);
    expect(changes.find(({ state }) => state === 'waiting')?.reason).toBe('it ended with code 3');
  });

  it('leaves down what it killed itself, until it is restarted', async () => {
    const { supervised, changes } = watched(`${says('{ ready: true }')}${waits}`);
    await supervised.start();
    const first = supervised.pid ?? 0;
    await supervised.kill();
    expect(supervised.state).toBe('down');
    expect(supervised.pid).toBeUndefined();
    expect(isAlive(first)).toBe(false);
    await supervised.restart();
    expect(supervised.state).toBe('running');
    expect(supervised.pid).not.toBe(first);
    expect(changes.some(({ state }) => state === 'waiting')).toBe(false);
  });

  it('does not restart where it was told not to', async () => {
    const { supervised, until } = watched(`${says('{ ready: true }')}${waits}`, { restartCrashed: false });
    await supervised.start();
    process.kill(supervised.pid ?? 0, 'SIGKILL');
    expect(await until(({ state }) => state === 'down')).toMatchObject({ reason: 'it ended with SIGKILL' });
  });

  it('ends what does not want to end, and only that', async () => {
    const stubborn = `process.on('SIGTERM', () => undefined);${says('{ ready: true }')}${waits}`;
    const { supervised } = watched(stubborn);
    const bystander = spawn(process.execPath, ['-e', stubborn], { stdio: ['ignore', 'pipe', 'ignore'] });
    bystanders.push(bystander);
    await once(bystander.stdout, 'data');
    await supervised.start();
    const pid = supervised.pid ?? 0;
    await supervised.stop(50);
    expect(isAlive(pid)).toBe(false);
    expect(isAlive(bystander.pid ?? 0)).toBe(true);
  });

  it('tells what a process said before it gave up', async () => {
    const { supervised } = watched(`${says("{ level: 'fatal', msg: 'no key — run init' }")}process.exit(1);`);
    await expect(supervised.start()).rejects.toMatchObject({
      code: 'process_start_failed',
      message: 'the publisher did not start: no key — run init',
    });
    expect(supervised.state).toBe('down');
  });

  it('tells an uncaught error by its name', async () => {
    const { supervised } = watched("throw new TypeError(['no', 'such', 'thing'].join(' '));");
    await expect(supervised.start()).rejects.toThrow('TypeError: no such thing');
  });

  it('can be stopped while it starts, and leaves nothing behind', async () => {
    const { supervised, spec, until } = watched(`${says('{ pid: process.pid }')}${waits}`);
    const starting = supervised.start().catch((fault: unknown) => fault);
    await until(({ state }) => state === 'starting');
    await supervised.stop();
    expect(await starting).toBeInstanceOf(CliError);
    // Stopped soon enough, it has not even opened its log.
    const said = existsSync(spec.logFile) ? readFileSync(spec.logFile, 'utf8') : '';
    if (said !== '') expect(isAlive((JSON.parse(said) as { pid: number }).pid)).toBe(false);
  });

  it('gives a process the environment it was told and no other', async () => {
    process.env['CANARY_SECRET'] = 'canary';
    const { supervised } = watched(`${says('{ ready: true, env: Object.keys(process.env) }')}${waits}`);
    await supervised.start();
    delete process.env['CANARY_SECRET'];
    expect(supervised.ready?.['env']).toEqual(['PATH']);
  });
});
