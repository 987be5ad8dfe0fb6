import { type Clock, systemClock } from '../clock.js';
import { ConfigError } from '../errors.js';
import { fromEnvironment } from './environment.js';
import { readSecretFile, type SecretText } from './secret-file.js';
import { secretPlace } from './secrets.js';

/** A secret that may be replaced while it is in use: no restart is needed, and none helps. */
export interface LiveSecret<Value> {
  /** As its file had it a second ago at most; answers from memory. */
  current(): Value;
  /**
   * What stands there instead of one that was refused, looked for now; the same where there is no other.
   * @param refused what `current` gave
   */
  after(refused: Value): Promise<Value>;
}

export interface LiveSecretOptions {
  readonly clock?: Clock;
  /** Told once when what the file says now cannot be used. What was read last goes on being used. */
  readonly onFault?: (fault: ConfigError) => void;
}

/** How often the file is looked at. */
const lookEveryMs = 1_000;
/** What has been written is taken when it has stood unchanged for this long: whoever writes it may still be at it. */
const settleMs = 50;
/** So often a refused secret's successor is looked for, `settleMs` apart: a file that is being written all the time has none. */
const looksMax = 20;

/**
 * Opens a secret of the environment: the file that `<name>_FILE` names, which is followed, or the variable `<name>`.
 *
 *     taken ──the file is another──▶ seen ──the same again, 50 ms later or more──▶ taken
 *       ▲                             │ another again: seen anew
 *       └──────────the file cannot be used: told once, and the last one stays──────┘
 *
 * @param parse of the text, without white space around it; what it throws means that it is no secret of this kind
 * @returns undefined where it is not given, or empty
 * @throws ConfigError for a file or text that cannot be used: before anything starts
 */
export function openSecret<Value>(
  env: NodeJS.ProcessEnv,
  name: string,
  parse: (text: string) => Value,
  options: LiveSecretOptions = {},
): LiveSecret<Value> | undefined {
  const place = secretPlace(env, name);
  if (place === undefined) return undefined;
  if (place.file !== undefined) return openFile(place.file, `${name}_FILE`, parse, options);
  const value = parsed(name, fromEnvironment(env, name) ?? '', parse);
  return { current: () => value, after: () => Promise.resolve(value) };
}

interface Seen extends SecretText {
  readonly atMs: number;
}

function openFile<Value>(
  path: string,
  variable: string,
  parse: (text: string) => Value,
  { clock = systemClock, onFault = () => undefined }: LiveSecretOptions,
): LiveSecret<Value> | undefined {
  const first = readSecretFile(path, variable);
  if (first.text === '') return undefined;
  let taken = { ...first, value: parsed(variable, first.text, parse) };
  let seen: Seen | undefined;
  let lookedMs = clock.nowMs();
  let told = '';

  /** @returns whether the file is what was taken, as far as can be told */
  const look = (): boolean => {
    const nowMs = clock.nowMs();
    lookedMs = nowMs;
    try {
      const found = readSecretFile(path, variable);
      if (found.stamp === taken.stamp) {
        seen = undefined;
      } else if (seen?.stamp !== found.stamp || seen.text !== found.text) {
        seen = { ...found, atMs: nowMs };
      } else if (nowMs - seen.atMs >= settleMs) {
        taken = { ...found, value: found.text === taken.text ? taken.value : take(found.text) };
        seen = undefined;
      }
      if (seen === undefined) told = '';
      return seen === undefined;
    } catch (fault) {
      if (!(fault instanceof ConfigError)) throw fault;
      const say = `${fault.code} ${fault.message}`;
      if (say !== told) onFault(fault);
      told = say;
      return false;
    }
  };
  const take = (text: string): Value => {
    if (text === '') throw unusable(variable, 'is empty');
    return parsed(variable, text, parse);
  };

  return {
    current() {
      const ageMs = clock.nowMs() - lookedMs;
      if (ageMs >= lookEveryMs || ageMs < 0) look();
      return taken.value;
    },
    async after(refused) {
      for (let looks = 0; looks < looksMax && taken.value === refused; looks += 1) {
        // Where it is gone or empty for the moment, somebody may just be replacing it.
        if (look()) break;
        await clock.sleep(settleMs);
      }
      return taken.value;
    },
  };
}

function parsed<Value>(variable: string, text: string, parse: (text: string) => Value): Value {
  try {
    return parse(text);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    // No cause: what a parser says may hold pieces of what it read.
    throw unusable(variable, `cannot be used: ${reasonIn(cause)}`);
  }
}

/** What our own parsers say is meant to be told; of anything else only its kind. */
const reasonIn = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && 'next' in cause
    ? cause.message
    : cause instanceof Error
      ? cause.name
      : 'unreadable';

const unusable = (variable: string, what: string): ConfigError =>
  new ConfigError('key_invalid', `what ${variable} gives ${what}`, {
    next: `Put the secret there again, as GitHub gave it out.`,
  });

/**
 * A token as a service may send it: one word of visible characters.
 * @throws ConfigError `key_invalid`, without the text
 */
export function tokenIn(text: string): string {
  if (/^[\x21-\x7e]{4,4096}$/.test(text)) return text;
  throw new ConfigError(
    'key_invalid',
    'what is given as a token is not one: a token is one word of visible characters',
    {
      next: 'Put the token there as GitHub gave it out, and nothing else.',
    },
  );
}
