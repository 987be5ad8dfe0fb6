import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const program = new URL('../../services/cli/dist/main.js', import.meta.url).pathname;

interface Line {
  readonly ledger_sequence: number;
  readonly event: { readonly type: string; readonly run_id: string | null };
}

describe('the events of all runs, followed', () => {
  let the: TemporarySystem;
  const stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    the = await temporarySystem();
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
    await the.close();
  });

  /** `marketops events --follow`, as it is running. */
  function follow(...args: readonly string[]) {
    const { PATH = '' } = process.env;
    const child = spawn(
      process.execPath,
      [program, 'events', '--follow', '--json', ...args, '--config', the.system.configPath],
      { env: { PATH, HOME: join(the.system.dir, 'home') }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const lines: Line[] = [];
    const waiting = new Set<() => void>();
    createInterface({ input: child.stdout }).on('line', (line) => {
      // What a command ends with is told as one indented document.
      if (line.startsWith('{"ledger_sequence"')) lines.push(JSON.parse(line) as Line);
      for (const look of waiting) look();
    });
    stops.push(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    const until = (holds: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = () => {
          if (!holds()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    const seen = (runIds: readonly string[]) =>
      until(() => {
        const ends = lines.flatMap(({ event }) => (event.type === 'run.completed' ? [event.run_id] : []));
        return runIds.every((runId) => ends.includes(runId));
      });
    return { child, lines, seen, ended };
  }

  /** What is only in Redis is shown where it is asked for, and told apart. */
  const replay = (...args: readonly string[]) =>
    new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
      const { PATH = '' } = process.env;
      execFile(
        process.execPath,
        [program, 'replay', ...args, '--json', '--config', the.system.configPath],
        { env: { PATH, HOME: join(the.system.dir, 'home') }, timeout: 60_000 },
        (fault, stdout, stderr) => resolve({ code: Number(fault?.code ?? 0), stdout, stderr }),
      );
    });

  it('given the ledger is killed and goes on, and many runs come at once, then every event is told once and in order', async () => {
    const { client, system } = the;
    const { lines, seen } = follow('--since', '1h');
    const first = await client.submit([{ mode: 'prod', operations: [release('v1.0.0')] }]);
    await seen(first);
    await system.kill('ledger');
    const [waiting = ''] = await client.submit([{ mode: 'dry_run', operations: [release('v1.1.0')] }]);
    await client.until('it is planned', async () => (await client.run(waiting)).planned !== undefined);
    expect((await replay(waiting)).code).toBe(3);
    const live = await replay(waiting, '--live');
    expect(live.code, live.stderr).toBe(0);
    const steps = live.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly in_ledger: boolean });
    expect(new Set(steps.map(({ in_ledger: isTaken }) => isTaken))).toEqual(new Set([false]));
    await system.restart('ledger');
    await seen([waiting]);
    expect(lines.filter(({ event }) => event.run_id === waiting).length).toBeGreaterThanOrEqual(steps.length);
    const burst = await client.submit(
      Array.from({ length: 40 }, (_, at) => ({ mode: 'dry_run', operations: [release(`v2.${at}.0`)] })),
    );
    await seen(burst);
    const sequences = lines.map(({ ledger_sequence: sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, at) => at + 1));
    expect(new Set(lines.map(({ event }) => event.type))).toContain('epoch.opened');
  });

  it('given filters, then it tells those that fit; given an end, then it ends with 0', async () => {
    const { client } = the;
    const { lines, seen } = follow('--since', '1h', '--type', 'run.completed', '--tenant', 'acme');
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release('v3.0.0')] }]);
    await seen([runId]);
    expect(new Set(lines.map(({ event }) => event.type))).toEqual(new Set(['run.completed']));
    const fromNowOn = follow('--timeout', '1');
    expect(await fromNowOn.ended).toBe(0);
    expect(fromNowOn.lines).toEqual([]);
  });
});
