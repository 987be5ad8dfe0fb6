import { createPrivateKey, type KeyObject } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import { GitHubError } from '../errors.js';
import type { TokenProvider } from '../transport/tokens.js';

function refused(why: string): GitHubError {
  return new GitHubError('validation_failed', `The App's private key is refused: ${why}.`);
}

/** The key as GitHub gives it out, checked. No cause: what a parser says may hold pieces of what it read. */
function checkedKey(privateKeyPem: string): string {
  let key: KeyObject;
  try {
    key = createPrivateKey(privateKeyPem);
  } catch {
    throw refused('it cannot be read as an unencrypted private key in PEM');
  }
  if (key.asymmetricKeyType !== 'rsa') throw refused('it is not an RSA key');
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2_048) throw refused('it has less than 2048 bits');
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Signs JSON Web Tokens as the App, each good for under ten minutes and made anew for every request. Only this part of
 * `@octokit/auth-app` is used. Its exchange keeps tokens by installation alone, in one table for the process, so that one
 * server's token could go to another's origin (law X3); it keeps them for 59 minutes whatever `expires_at` says; and
 * it repeats requests.
 */
export function appKey(appId: number | string, privateKeyPem: string): TokenProvider {
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(String(appId))) {
    throw new GitHubError('validation_failed', 'The App id is neither an id nor a client id.');
  }
  const authenticate = createAppAuth({ appId, privateKey: checkedKey(privateKeyPem) });
  return async (rejected) => {
    // A signature that was refused is not mended by another one: the key or the clock is wrong.
    if (rejected !== undefined) return rejected;
    const { token } = await authenticate({ type: 'app' }).catch(() => {
      throw refused('nothing can be signed with it');
    });
    return token;
  };
}
