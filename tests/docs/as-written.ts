import { type ChildProcess, type ExecFileException, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './error-codes.js';
import { type ShellBlock, shellBlocks } from './story.js';

export interface Told {
  /** Of the first part that did not end with 0, or 0; `none` for what has no exit code of its own. */
  readonly code: number | 'none';
  readonly output: string;
}

const limitMs = 120_000;

/**
 * Runs the shell blocks of a document in order, as one shell would have them, in a home of their own. The one block
 * marked `background` is started and left running for those after it.
 */
export async function runAsWritten(document: string): Promise<Told> {
  const home = mkdtempSync(join(tmpdir(), 'marketops-docs-'));
  // Several of these run side by side, each with a console: on any free port.
  const env = { ...process.env, HOME: home, NO_COLOR: '1', MARKETOPS_CONSOLE_PORT: '0' };
  const shell = { env, background: [] as ChildProcess[] };
  try {
    const blocks = shellBlocks(document);
    const at = blocks.findIndex(({ background }) => background);
    const [before, left] = [blocks.slice(0, at), blocks[at]];
    if (left === undefined) throw new RangeError(`${document} has no block that is left running`);
    const first = await runScript(shell.env, scriptOf(before));
    if (first.code !== 0) return first;
    await start(shell, `${preamble(before)}\n${left.script}`);
    const rest = await runScript(shell.env, `${preamble(before)}\n${scriptOf(blocks.slice(at + 1))}`);
    return { code: rest.code, output: first.output + rest.output };
  } finally {
    await Promise.all(shell.background.map(end));
    rmSync(home, { recursive: true, force: true });
  }
}

const scriptOf = (blocks: readonly ShellBlock[]): string => blocks.map(({ script }) => script).join('\n');

/** Everything so far, as one shell would have it: the setting of one block is there in the next. */
const preamble = (blocks: readonly ShellBlock[]): string =>
  scriptOf(blocks)
    .split('\n')
    .filter((line) => /^(export|cd) /.test(line))
    .join('\n');

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

/** Runs a script as a person's shell would, from the repository's root; it stops at the first command that fails. */
export function runScript(env: NodeJS.ProcessEnv, script: string): Promise<Told> {
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
function start(
  { env, background }: { readonly env: NodeJS.ProcessEnv; readonly background: ChildProcess[] },
  script: string,
): Promise<void> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', `${script}`], {
    ...{ cwd: root, env, detached: true },
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

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // The group is ours: it was started detached for this.
  process.kill(-child.pid, 'SIGINT');
  await ended;
}
