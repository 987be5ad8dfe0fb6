import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Invocation } from '../command.js';
import { createOutput } from '../output.js';

/** An action within this process, as `--json` asks for it in a folder; `said` is its one document. */
export function jsonInvocation(
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): { readonly invocation: Invocation; said(): unknown } {
  const stdout = new PassThrough();
  return {
    invocation: {
      output: createOutput({ json: true, stdout, stderr: stdout, env: {} }),
      ...{ env, configPath: join(cwd, 'marketops.yml'), configNamed: false },
      signal: new AbortController().signal,
    },
    said: () => JSON.parse(String(stdout.read())),
  };
}
