import { type ChildProcess, type ExecFileException, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from './error-codes.js';
import { type ShellBlock, shellBlocks } from './story.js';

const home = mkdtempSync(join(tmpdir(), 'marketops-guide-'));
const env = { ...process.env, HOME: home, NO_COLOR: '1' };
const background: ChildProcess[] = [];

/** Everything so far, as one shell would have it: the setting of one block is there in the next. */
const preamble = (blocks: readonly ShellBlock[]): string =>
  blocks
    .flatMap(({ script }) => script.split('\n'))
    .filter((line) => /^(export|cd) /.test(line))
    .join('\n');

const limitMs = 120_000;

/** What has no exit code of its own (killed, too slow, too talkative, not to be run) is no exit code of the script. */
const codeOf = (fault: ExecFileException | null): number | 'none' => {
  if (fault === null) return 0;
  return typeof fault.code === 'number' ? fault.code : 'none';
};

const endOf = (fault: ExecFileException | null): string => {
  if (codeOf(fault) !== 'none') return '';
  const limit = fault?.killed === true ? ` (its limit is ${limitMs / 1_000} s)` : '';
  return `\n[it did not end by itself: ${fault?.signal ?? fault?.code ?? fault?.message}${limit}]`;
};

function run(script: string): Promise<{ code: number | 'none'; output: string }> {
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['-euo', 'pipefail', '-c', script],
      { cwd: root, env, timeout: limitMs },
      (fault, stdout, stderr) => resolve({ code: codeOf(fault), output: stdout + stderr + endOf(fault) }),
    );
  });
}

/** Resolves when the program says that it is up. */
function start(script: string): Promise<void> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', `${script}`], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  background.push(child);
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const hear = (line: string) => {
      said.push(line);
      if (/Ctrl-C/.test(line)) resolve();
    };
    createInterface({ input: child.stdout }).on('line', hear);
    createInterface({ input: child.stderr }).on('line', hear);
    child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${said.join('\n')}`)));
  });
}

describe('docs/guide.md, command by command', () => {
  afterAll(async () => {
    for (const child of background) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      // The group is ours: it was started detached for this.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
      await ended;
    }
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  const blocks = shellBlocks('docs/guide.md');
  const before = blocks.findIndex(({ background: inBackground }) => inBackground);

  it('has a block that is left running', () => {
    expect(before).toBeGreaterThan(0);
  });

  it('runs as written, from the first block to the last', async () => {
    const first = await run(
      blocks
        .slice(0, before)
        .map(({ script }) => script)
        .join('\n'),
    );
    expect(first.code, first.output).toBe(0);
    await start(`${preamble(blocks.slice(0, before))}\n${blocks[before]?.script ?? ''}`);
    const rest = await run(
      `${preamble(blocks.slice(0, before))}\n${blocks
        .slice(before + 1)
        .map(({ script }) => script)
        .join('\n')}`,
    );
    expect(rest.code, rest.output).toBe(0);
    expect(rest.output).toContain('v1.4.0');
  }, 180_000);
});
