import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { System } from '@marketops/cli';

/** From here, and from where this is built to. */
const programs = ['../../services/cli/dist/main.js', '../../../services/cli/dist/main.js'];
const program = programs.map((path) => fileURLToPath(new URL(path, import.meta.url))).find(existsSync) ?? '';

/** What a command answered; `said` is its one JSON document. */
export interface Answer {
  readonly code: number;
  readonly said: Readonly<Record<string, unknown>>;
}

/** `marketops … --json` of one system, as a person with a home of their own would run it there. */
export const commandsOf =
  (system: Pick<System, 'dir' | 'configPath'>) =>
  (...args: readonly string[]): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { PATH = '' } = process.env;
      const env = { PATH, HOME: join(system.dir, 'home') };
      execFile(
        process.execPath,
        [program, ...args, '--json', '--config', system.configPath],
        { env, timeout: 60_000 },
        (fault, stdout, stderr) => {
          const code = fault === null ? 0 : fault.code;
          if (typeof code !== 'number') reject(fault);
          try {
            resolve({ code: Number(code), said: JSON.parse(stdout) as Answer['said'] });
          } catch (cause) {
            reject(new Error(`${args.join(' ')} said no JSON:\n${stdout}${stderr}`, { cause }));
          }
        },
      );
    });
