import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Compose, readCompose, readVariables, root } from './compose.js';

/** A folder made ready for docker compose as an operator would. */
export interface Prepared {
  readonly dir: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly compose: Compose;
  /** Prepares it once more. @returns what was said */
  again(): string;
  remove(): void;
}

export function prepared(more: Readonly<Record<string, string>> = {}): Prepared {
  const dir = mkdtempSync(join(tmpdir(), 'marketops-docker-'));
  const node = (...args: string[]) =>
    execFileSync(process.execPath, args, { cwd: dir, encoding: 'utf8', timeout: 60_000 });
  node(join(root, 'services/cli/dist/main.js'), 'init', '--dir', dir);
  const again = () => node(join(root, 'infra/docker/prepare.mjs'), dir);
  again();
  const variables = { ...readVariables(join(dir, 'compose.env')), ...more };
  const compose = readCompose(variables);
  return { dir, variables, compose, again, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
