import type { ConfigError } from '../errors.js';
import { openSecret, tokenIn } from './live-secret.js';

/** The token in force; asked with one that was refused, what stands in its place now. */
export type LiveToken = (refused?: string) => string | Promise<string>;

/**
 * Opens a token of the environment, followed where it stands in a file.
 * @param onFault told when its file was changed to what cannot be used
 * @returns undefined where it is not given
 * @throws ConfigError `key_invalid` as `openSecret`
 */
export function openToken(
  env: NodeJS.ProcessEnv,
  name: string,
  onFault: (name: string, fault: ConfigError) => void,
): LiveToken | undefined {
  const secret = openSecret(env, name, tokenIn, { onFault: (fault) => onFault(name, fault) });
  if (secret === undefined) return undefined;
  return (refused) => (refused === undefined ? secret.current() : secret.after(refused));
}

/** An App's private key as a PEM has it: a variable of one line may have the line ends written out. */
export const pemIn = (text: string): string => (text.includes('\n') ? text : text.replaceAll('\\n', '\n'));
