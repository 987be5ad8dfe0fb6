import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RepositoryFullName } from '@marketops/contracts';
import type { LoadedConfig } from '@marketops/engine';
import { plainEnvironment } from '@marketops/local';
import { configuredPolicies } from '@marketops/operator/policy';
import { loadPolicyDirectory } from '@marketops/policy/node';
import { builtProgram } from '../repository.js';
import type { GitHubAccess } from './environment.js';
import type { JsonRecord, ProcessSpec } from './process.js';
import { simulatedCredentials } from './simulated-credentials.js';

/** A repository to plant, in the form that the simulated GitHub reads (`POST /_sim/repositories`). */
export interface SeedRepository {
  readonly owner: string;
  readonly name: string;
  readonly branches?: readonly {
    readonly name: string;
    readonly from?: string;
    readonly commits?: readonly string[];
  }[];
}

/** What a newcomer's plan needs: something to release, and a website whose release branch is ahead of main. */
export const exampleRepositories: readonly SeedRepository[] = [
  {
    owner: 'acme',
    name: 'widgets',
    branches: [{ name: 'main', commits: ['Initial commit', 'Make widgets rounder'] }],
  },
  {
    owner: 'acme',
    name: 'website',
    branches: [
      { name: 'main', commits: ['Initial commit'] },
      { name: 'release-1.4.0', from: 'main', commits: ['Announce Widgets 1.4.0'] },
    ],
  },
];

/**
 * The repositories of the accounts that policies name, each with a main branch; those of the example as the example has
 * them.
 * @throws PolicyError where the policies cannot be taken into force
 */
export function repositoriesOf({
  config,
  root,
}: Pick<LoadedConfig, 'config' | 'root'>): readonly SeedRepository[] {
  const accounts = new Map(Object.keys(config.accounts).map((account) => [account.toLowerCase(), account]));
  const seeds = new Map<string, SeedRepository>();
  for (const { text } of loadPolicyDirectory(configuredPolicies({ config, root })).policies) {
    for (const [, literal = ''] of text.matchAll(/"([^"\\]*)"/g)) {
      const [account = '', name = ''] = literal.split('/');
      const owner = accounts.get(account);
      if (owner !== undefined && RepositoryFullName.safeParse(literal).success)
        seeds.set(literal, { owner, name });
    }
  }
  for (const example of exampleRepositories)
    if (accounts.has(example.owner)) seeds.set(`${example.owner}/${example.name}`, example);
  return [...seeds.values()];
}

/**
 * How to run the simulated GitHub of a data folder. It accepts what was made for this start (`simulatedCredentials`), which
 * the services are pointed to, and keeps nothing on disk: started again it has only what was planted.
 */
export function simulatedGitHub(options: {
  readonly dataDir: string;
  readonly config: Pick<LoadedConfig['config'], 'accounts'>;
  readonly seed: readonly SeedRepository[];
  readonly logFile: string;
}): {
  /** @param port the port of an earlier start, so that the others find it again; 0 takes a free one. */
  spec(port: number): ProcessSpec;
  access(ready: JsonRecord): GitHubAccess;
} {
  const folder = join(options.dataDir, 'simulated-github');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { args, access } = simulatedCredentials(folder, options.config);
  const seedFile = join(folder, 'seed.json');
  // Yours to change: it is written once.
  if (!existsSync(seedFile)) writeFileSync(seedFile, `${JSON.stringify(options.seed, null, 2)}\n`);
  return {
    spec: (port) => ({
      name: 'the simulated GitHub',
      program: builtProgram('infra/local/dist/github/main.js'),
      args: ['--port', String(port), '--seed', seedFile, ...args],
      cwd: folder,
      env: plainEnvironment(),
      logFile: options.logFile,
      isReady: (line) => typeof line['url'] === 'string',
    }),
    access: (ready) => ({
      apiUrl: String(ready['url']),
      uploadUrl: String(ready['uploads_url'] ?? ready['url']),
      ...access,
    }),
  };
}
