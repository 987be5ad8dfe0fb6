import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { System } from '@marketops/cli';

const program = new URL('../../services/cli/dist/main.js', import.meta.url).pathname;

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
