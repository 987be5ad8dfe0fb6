import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './manifests.js';

/** A folder made ready for Kubernetes as an operator would, with the overlay in `kubernetes/`. */
export interface PreparedCluster {
  readonly dir: string;
  remove(): void;
}

/** Runs infra/kubernetes/prepare.mjs. @returns what it said @throws with what it said */
export function prepare(dir: string, tokens: Readonly<Record<string, string>> = {}): string {
  const script = join(root, 'infra/kubernetes/prepare.mjs');
  const env = { PATH: process.env['PATH'], ...tokens };
  return execFileSync(process.execPath, [script, dir], {
    env,
    encoding: 'utf8',
    timeout: 30_000,
    stdio: 'pipe',
  });
}

/** @param github where the one GitHub is, where it is not the default of `init` */
export function prepared(github?: string): PreparedCluster {
  const dir = mkdtempSync(join(tmpdir(), 'marketops-kubernetes-'));
  const init = [join(root, 'services/cli/dist/main.js'), 'init', '--dir', dir];
  execFileSync(process.execPath, init, { cwd: dir, timeout: 60_000, stdio: 'pipe' });
  if (github !== undefined) nameGitHub(join(dir, 'marketops.yml'), github);
  const token = (name: string, value: string): string => {
    const path = join(dir, name);
    writeFileSync(path, `${value}\n`, { mode: 0o600 });
    return path;
  };
  prepare(dir, {
    GITHUB_TOKEN_FILE: token('write-token', 'may-write'),
    GITHUB_READ_TOKEN_FILE: token('read-token', 'may-read'),
  });
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

function nameGitHub(path: string, url: string): void {
  writeFileSync(path, `\ngithub: { api_url: ${url}, upload_url: ${url} }\n`, { flag: 'a' });
}
