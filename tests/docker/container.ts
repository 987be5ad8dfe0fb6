import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Compose, containerOf, root } from './compose.js';
import { layoutCommand } from './dockerfile.js';

/** What is another on loopback than in the containers' network. */
export interface Elsewhere {
  readonly redisUrl: string;
}

/** What a container sees and is told, as a folder and an environment for a process of this machine. */
export interface Sandbox {
  /** Stands for `/` of the container. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

const inContainer = /^\/(etc|var\/lib)\/marketops\b|^\/run\/secrets\//;

/**
 * Lays out what a container has, and nothing else: the image's own folders, by the Dockerfile's own command, and a link for
 * each mount and secret. Paths in its environment are moved there.
 */
export function sandboxOf(compose: Compose, name: string, parent: string, elsewhere: Elsewhere): Sandbox {
  const { volumes, secrets = [], environment = {} } = containerOf(compose, name);
  const dir = join(parent, name);
  for (const folder of ['etc', 'var/lib', 'run/secrets']) mkdirSync(join(dir, folder), { recursive: true });
  const layout = layoutCommand().replace(/(^| )\/(etc|var)\//g, `$1${dir}/$2/`);
  execFileSync('/bin/sh', ['-euc', layout]);
  const mounts = [
    ...volumes.map(({ source, target }) => ({ source, target })),
    ...secrets.map((secret) => ({
      source: compose.secrets[secret]?.file ?? '',
      target: `/run/secrets/${secret}`,
    })),
  ];
  for (const { source, target } of mounts) mount(source, join(dir, target));
  const moved = Object.entries(environment).map(([key, value]) => [
    key,
    inContainer.test(value) ? join(dir, value) : value,
  ]);
  const env: Record<string, string> = {
    ...Object.fromEntries(moved),
    // What every container has beside its own; the root file system cannot be written, so there is no place for drafts.
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    TMPDIR: '/nonexistent',
    REDIS_URL: elsewhere.redisUrl,
    ...('MARKETOPS_HEALTH_PORT' in environment ? { MARKETOPS_HEALTH_PORT: '0' } : {}),
  };
  return { dir, env };
}

function mount(source: string, at: string): void {
  if (existsSync(at)) {
    // Within what is mounted already.
    if (realpathSync(at) === realpathSync(source)) return;
    rmSync(at, { recursive: true });
  }
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(source, at);
}

/** Everything in a container that is no mount: on a root file system that cannot be written it stays as it is. */
export const ownFiles = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return lstatSync(path).isDirectory() ? [path, ...ownFiles(path)] : [path];
  });

export interface RunningContainer {
  readonly child: ChildProcess;
  readonly env: Readonly<Record<string, string>>;
  /** Its health port. */
  readonly port: number;
  /** SIGTERM, as `docker compose stop` sends it. @returns the exit code */
  stop(): Promise<number | null>;
}

/** A service's own command with its own environment, from where the image has it. Resolves when it says that it is ready. */
export async function startContainer(
  compose: Compose,
  name: string,
  { env }: Sandbox,
): Promise<RunningContainer> {
  const [, ...args] = containerOf(compose, name).command ?? [];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line);
      const { ready, health_port: port } = JSON.parse(line) as { ready?: boolean; health_port?: number };
      if (ready === true) resolve(Number(port));
    });
    void ended.then((code) => reject(new Error(`${name} ended with ${code}:\n${said.join('\n')}`)));
  });
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { child, env: { ...env, MARKETOPS_HEALTH_PORT: String(port) }, port, stop };
}
