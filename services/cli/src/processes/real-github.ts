import { resolve } from 'node:path';
import { fromEnvironment, readSecret } from '@marketops/engine';
import { CliError } from '../errors.js';
import type { GitHubAccess, TokenSource } from './environment.js';

const whatToSet =
  'Set GITHUB_TOKEN (it writes; for the publisher alone) and GITHUB_READ_TOKEN (it reads; for the planner), or name files with GITHUB_TOKEN_FILE and GITHUB_READ_TOKEN_FILE; or unset GITHUB_API_URL to use the simulated GitHub.';

/**
 * GitHub as the environment names it, or undefined where it names none. Two tokens, because the planner must not hold
 * what can write (law F4): the publisher's is never passed on to it.
 * @throws CliError `github_token_missing` when only a part is set: half a setting is a mistake, not a wish to simulate.
 */
export function githubFromEnvironment(env: NodeJS.ProcessEnv = process.env): GitHubAccess | undefined {
  const apiUrl = fromEnvironment(env, 'GITHUB_API_URL');
  if (apiUrl === undefined) return undefined;
  const writeToken = tokenIn(env, 'GITHUB_TOKEN');
  const readToken = tokenIn(env, 'GITHUB_READ_TOKEN');
  if (writeToken === undefined || readToken === undefined) {
    const missing = writeToken === undefined ? 'GITHUB_TOKEN' : 'GITHUB_READ_TOKEN';
    throw new CliError('github_token_missing', `GITHUB_API_URL is set and ${missing} is not`, {
      next: whatToSet,
    });
  }
  const uploadUrl = fromEnvironment(env, 'GITHUB_UPLOAD_URL') ?? uploadsOf(apiUrl);
  return { apiUrl, uploadUrl, writeToken, readToken };
}

/** Read, so that a missing token is told now; but a file is passed on as a file. Services have another working directory. */
function tokenIn(env: NodeJS.ProcessEnv, name: string): TokenSource | undefined {
  const value = readSecret(env, name);
  if (value === undefined) return undefined;
  const file = fromEnvironment(env, `${name}_FILE`);
  return file === undefined ? { value } : { file: resolve(file) };
}

const uploadsOf = (apiUrl: string): string =>
  apiUrl === 'https://api.github.com' ? 'https://uploads.github.com' : apiUrl;
