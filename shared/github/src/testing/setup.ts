import { type SeedRepository, type SimulatedGitHub, startSimulatedGitHub } from '@marketops/local';
import { createGitHubClient, type GitHubClient, type GitHubClientOptions } from '../client.js';
import { GitHubError } from '../errors.js';

/** For tests: a token no other text contains, so that finding it anywhere means a leak. */
export const canaryToken = 'ghp_CANARY0123456789abcdefghijklmnopqrst';

const widgets: SeedRepository = {
  owner: 'Acme',
  name: 'Widgets',
  branches: [
    { name: 'main', commits: ['one', 'two'] },
    { name: 'feature/x', from: 'main', commits: ['three'] },
  ],
  tags: [
    { name: 'v0.1.0', target: 'main' },
    { name: 'v0.2.0', target: 'main', message: 'Second' },
  ],
  releases: [{ tag_name: 'v0.1.0', name: 'First', assets: [{ name: 'a.txt', content: 'hello' }] }],
};
export const at = { owner: 'acme', name: 'widgets' };

export function clientOf(apiUrl: string, options: Partial<GitHubClientOptions> = {}): GitHubClient {
  return createGitHubClient({ apiUrl, token: canaryToken, userAgent: 'marketops-test', ...options });
}

export const startWidgets = (
  options: Parameters<typeof startSimulatedGitHub>[0] = {},
): Promise<SimulatedGitHub> => startSimulatedGitHub({ seed: [widgets], tokens: [canaryToken], ...options });

/** The GitHubError a call ends in. Fails when it succeeds or throws anything else. */
export async function errorOf(call: Promise<unknown>): Promise<GitHubError> {
  const outcome = await call.then(
    () => 'success',
    (thrown: unknown) => thrown,
  );
  if (outcome instanceof GitHubError) return outcome;
  throw new Error(`Expected a GitHubError, got ${String(outcome)}`);
}

export async function collect<Item>(items: AsyncIterable<Item> | Iterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
