import { fromEnvironment } from '@marketops/engine/environment';
import pc from 'picocolors';
import { keepColoursOnly, safeJson } from './sanitize.js';

export type Paint = ReturnType<typeof pc.createColors>;

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly writableNeedDrain?: boolean;
  write(text: string): unknown;
  once?(event: 'drain' | 'close', listener: () => void): unknown;
  off?(event: 'drain' | 'close', listener: () => void): unknown;
}

/**
 * The only way to the terminal. Results go to standard output, commentary to standard error, so that a pipe gets the
 * result alone. With `--json`, standard output holds JSON and nothing else.
 */
export interface Output {
  readonly json: boolean;
  /** Colours for standard output and standard error; the identity where colours are off. */
  readonly paint: Paint;
  /** Colours for standard error, which may be a terminal where standard output is not. */
  readonly paintNote: Paint;
  /** How wide a line may be. */
  readonly columns: number;
  /** A line of the result; nothing with `--json`. */
  line(text?: string): void;
  /** A line of commentary; nothing with `--json`. */
  note(text?: string): void;
  /** The result as one JSON document, indented; nothing without `--json`. */
  document(value: unknown): void;
  /** One JSON line of many; nothing without `--json`. */
  record(value: unknown): void;
  /** A line of an export, in any mode: its maker has made every value in it safe. */
  exported(text: string): void;
  /** Resolves when whoever reads standard output has kept up: what is written meanwhile would pile up here. */
  drained(): Promise<void>;
}

const columnsDefault = 100;
const columnsMax = 140;

export function createOutput(options: {
  readonly json: boolean;
  readonly stdout?: OutputStream;
  readonly stderr?: OutputStream;
  readonly env?: NodeJS.ProcessEnv;
}): Output {
  const { json, stdout = process.stdout, stderr = process.stderr, env = process.env } = options;
  const say = (stream: OutputStream, text: string) => stream.write(`${keepColoursOnly(text)}\n`);
  return {
    json,
    paint: pc.createColors(!json && wantsColours(stdout, env)),
    paintNote: pc.createColors(!json && wantsColours(stderr, env)),
    columns: Math.min(stdout.columns ?? columnsDefault, columnsMax),
    line: (text = '') => void (json || say(stdout, text)),
    note: (text = '') => void (json || say(stderr, text)),
    document: (value) => void (json && stdout.write(`${safeJson(value, 2)}\n`)),
    record: (value) => void (json && stdout.write(`${safeJson(value)}\n`)),
    exported: (text) => void stdout.write(`${text}\n`),
    drained: () => drained(stdout),
  };
}

/** A reader that is gone takes nothing more: then nothing is waited for, and the pipe's error ends this process. */
function drained(stream: OutputStream): Promise<void> {
  if (stream.writableNeedDrain !== true || stream.once === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ends) stream.off?.(event, done);
      resolve();
    };
    for (const event of ends) stream.once?.(event, done);
  });
}
const ends = ['drain', 'close'] as const;

/** Only on a terminal, and never where NO_COLOR (https://no-color.org) is set to anything. */
function wantsColours(stream: OutputStream, env: NodeJS.ProcessEnv): boolean {
  if (fromEnvironment(env, 'NO_COLOR') !== undefined) return false;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
