import type { SigningKey } from '@marketops/proof';
import { isWeakSecret, privateSeed, publicRawBase64 } from '@marketops/proof/node';
import { ConfigError } from '../errors.js';

/**
 * Public halves of private keys that are printed in documents: RFC 8032 (7.1: tests 1 to 3 and SHA(abc)) and RFC 8410
 * (10.3). Raw, in base64.
 */
const printed: ReadonlySet<string> = new Set([
  '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  'PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=',
  '/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=',
  '7Bcrk61eVjv0kyxw4SRQNMNUZ+8u/U1k6/gZaDRn4r8=',
  'Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=',
]);

/**
 * Refuses a private half that was not drawn at random, or that everybody knows.
 * @throws ConfigError `key_weak`, `key_default`; never with key material
 */
export function refuseGuessable(key: SigningKey, path: string): void {
  if (printed.has(publicRawBase64(key))) {
    throw new ConfigError('key_default', `${path} holds a key that is printed in a document`, {
      next: 'Generate a key of your own: marketops init, or marketops keys rotate.',
    });
  }
  if (isWeakSecret(privateSeed(key))) throw weak(path);
}

/** As `refuseGuessable`, for a shared secret of 32 bytes in base64; another length is its loader's to refuse. */
export function refuseGuessableSecret(base64: string, path: string): void {
  const secret = Buffer.from(base64, 'base64');
  if (secret.length === 32 && isWeakSecret(secret)) throw weak(path);
}

const weak = (path: string): ConfigError =>
  new ConfigError('key_weak', `${path} holds a key that is not random: repetitive, a sequence, or text`, {
    next: 'Generate a key: marketops init, or marketops keys rotate. Treat what this one signed as anybody’s.',
  });
