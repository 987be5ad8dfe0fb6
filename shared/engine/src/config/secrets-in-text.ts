import { ConfigError } from '../errors.js';

/** GitHub's tokens begin with what they are; private keys with a line that says so. */
const looksSecret = /\bgh[pousr]_[A-Za-z0-9_.-]{16,}|\bgithub_pat_\w{16,}|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/**
 * Refuses a configuration that a token or private key stands in, comments included: the file is copied, versioned and shown.
 * @throws ConfigError `secret_in_config`, with the lines and never what stands there
 */
export function refuseSecretsIn(text: string, path: string): void {
  const faults = text
    .split('\n')
    .flatMap((line, at) =>
      looksSecret.test(line)
        ? [{ path: `line ${at + 1}`, message: 'looks like a token or private key' }]
        : [],
    );
  if (faults.length === 0) return;
  const lines = faults.map((fault) => fault.path).join(', ');
  throw new ConfigError('secret_in_config', `${path} holds what looks like a secret: ${lines}`, {
    next: 'Take it out and have it replaced at GitHub. Name a variable there instead, and put the secret into the file that <NAME>_FILE names.',
    faults,
  });
}
