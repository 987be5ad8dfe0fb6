import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandOptions, type CommandResult, runCommand } from './run-command.js';

/**
 * Kills the process with SIGKILL right before its nth change of a file below a folder; where that change is the writing of
 * a file, after half of it.
 */
const program = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const below = process.env.KILL_BELOW;
let left = Number(process.env.KILL_AT);
const die = () => {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
};
for (const name of ['writeFileSync', 'linkSync', 'renameSync', 'rmSync', 'chmodSync', 'mkdirSync']) {
  const real = fs[name];
  fs[name] = (path, ...rest) => {
    if (String(path).startsWith(below) && --left === 0) {
      if (name === 'writeFileSync') real(path, rest[0].slice(0, rest[0].length / 2), rest[1]);
      die();
    }
    return real(path, ...rest);
  };
}
syncBuiltinESMExports();
`;

/**
 * The command as a process that is killed before its nth change of a file below its folder.
 * @param at counts from 1
 * @returns as `runCommand`; the code is null where it was killed, and not where it had come to its end before
 */
export function runInterrupted(
  args: readonly string[],
  { cwd, env = {} }: CommandOptions,
  at: number,
): Promise<CommandResult> {
  const killer = join(cwd, 'killer.mjs');
  writeFileSync(killer, program);
  const options = `--import=${new URL(`file://${killer}`).href}`;
  return runCommand(args, {
    cwd,
    env: { ...env, NODE_OPTIONS: options, KILL_BELOW: join(cwd, '.marketops'), KILL_AT: String(at) },
  });
}
