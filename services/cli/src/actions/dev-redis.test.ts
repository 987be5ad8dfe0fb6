import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisServer } from '@marketops/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type JsonLine, jsonLines } from '../testing/json-lines.js';
import { runCommand, startCommand } from '../testing/run-command.js';

const unless = await findRedisServer().then(
  () => '',
  (fault: unknown) => ` (skipped: ${String(fault)})`,
);

const plan = `tenant_id: acme
repository: acme/widgets
operations:
  - { id: tag, kind: tag_repo, tag_name: v1 }
`;

describe.skipIf(unless !== '')(`marketops dev and its own Redis${unless}`, () => {
  let cwd = '';
  let dev: ReturnType<typeof startCommand>;
  let lines: ReturnType<typeof jsonLines>;
  let ready: JsonLine;
  const submit = (...args: string[]) => runCommand(['submit', 'plan.yml', '--wait', ...args], { cwd });

  beforeEach(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'marketops-dev-'));
    await runCommand(['init'], { cwd });
    writeFileSync(join(cwd, 'plan.yml'), plan);
    dev = startCommand(['dev', '--json'], { cwd });
    lines = jsonLines(dev.stdout);
    ready = await lines.until((line) => line['ready'] === true);
  }, 120_000);
  afterEach(async () => {
    if (dev.exitCode === null && dev.signalCode === null) {
      dev.kill('SIGINT');
      await once(dev, 'exit');
    }
    rmSync(cwd, { recursive: true, force: true });
  });

  const failures = async (): Promise<readonly JsonLine[]> => {
    const { stdout } = await runCommand(['doctor', '--json'], { cwd });
    const { findings } = JSON.parse(stdout) as { findings: readonly JsonLine[] };
    return findings.filter((finding) => finding['verdict'] === 'fail');
  };

  /** The n-th change of Redis that says so. */
  const change = (state: string, nth = 1) => {
    let seen = 0;
    const counted = new Set<JsonLine>();
    return lines.until((line) => {
      if (line['name'] !== 'redis' || line['state'] !== state || counted.has(line)) return false;
      counted.add(line);
      seen += 1;
      return seen === nth;
    });
  };

  it('starts it again when somebody kills it, says so, and loses nothing: runs before and after complete', async () => {
    const before = await submit('--mode', 'prod', '--idempotency-key', 'before');
    expect(before.code, before.stderr).toBe(0);

    process.kill(Number(ready['redis_pid']), 'SIGKILL');
    expect(await change('waiting')).toMatchObject({ reason: 'it ended with SIGKILL', delayMs: 200 });
    const again = await change('running');
    expect(again['pid']).not.toBe(ready['redis_pid']);

    writeFileSync(join(cwd, 'plan.yml'), plan.replace('v1', 'v2'));
    const after = await submit('--mode', 'prod', '--idempotency-key', 'after', '--timeout', '60');
    expect(after.stderr).toContain('run completed: 1 succeeded');
    expect(after.code).toBe(0);

    // A worker that had an error counts as unhealthy for a few seconds more.
    await vi.waitFor(async () => expect(await failures()).toEqual([]), { timeout: 30_000 });
    expect((await runCommand(['verify'], { cwd })).code).toBe(0);
  }, 180_000);
});
