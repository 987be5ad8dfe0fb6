import { parseArgs } from 'node:util';
import { VerifyCommandError } from './errors.js';

export interface VerifyOptions {
  readonly what: 'journal' | 'tiles' | 'bundle';
  /** A folder, for tiles a URL too, for a bundle its file. */
  readonly place: string;
  readonly keyring: string;
  /** Files, or `<sequence>:<hash>`. */
  readonly pins: readonly string[];
  readonly checkpoints: readonly string[];
  readonly copies: readonly string[];
  /** The run a bundle must be of. */
  readonly run: string | undefined;
  readonly json: boolean;
}

export const help = `marketops-verify journal <folder> --keyring <file> [options]
marketops-verify tiles <folder or URL> --keyring <file> [options]
marketops-verify bundle <file> --keyring <file> [options]

journal  verifies a ledger's journal from its first entry, offline, trusting nothing but the keyring: chain, signatures,
         who may say what, and that no effect is without its receipt. Says which law broke, at which entry, file and line.
tiles    verifies the public log made of it: signed checkpoint, every entry, every tile. Who said what is not in it.
bundle   verifies the proof bundle of one run: each entry's place in the log, who signed it, and what it means.

Needs no running service and no other program of the system; no network but for a URL.

  --keyring <file>      the public keys and the log's name: the trust root
  --pin <pin>           the newest entry seen before: a file, or <sequence>:<hash>. May stand several times
  --checkpoint <file>   a signed checkpoint of this log that somebody kept. May stand several times
  --copy <folder>       another copy of the journal (not of tiles). May stand several times
  --run <id>            of a bundle: the run it must be of
  --json                the report as JSON
  --help                this text

Without a pin, a checkpoint or a copy, a journal whose end was cut off is only a shorter journal.

Exit codes: 0 everything holds; 1 something does not; 2 usage or input that is not accepted; 3 there is no journal.
`;

/** @returns undefined where help was asked for. @throws VerifyCommandError `verify_usage` */
export function readOptions(argv: readonly string[]): VerifyOptions | undefined {
  const { values, positionals } = parsed(argv);
  if (values.help === true) return undefined;
  const [what, place, ...more] = positionals;
  if (what !== 'journal' && what !== 'tiles' && what !== 'bundle')
    throw usage(what === undefined ? 'Say what to verify.' : `There is no ${what} to verify.`);
  if (place === undefined || more.length > 0) throw usage('Name one folder, one URL of tiles, or one file.');
  if (what !== 'journal' && values.copy !== undefined)
    throw usage(`A copy of a journal says nothing of ${what === 'tiles' ? 'tiles' : 'a bundle'}.`);
  if (what === 'bundle' && values.pin !== undefined) throw usage('A pin says nothing of a bundle.');
  if (what !== 'bundle' && values.run !== undefined) throw usage('Only a bundle is of one run.');
  if (values.keyring === undefined) throw usage('Name the keyring with --keyring.');
  return {
    ...{ what, place, keyring: values.keyring, json: values.json === true },
    run: values.run,
    ...{ pins: values.pin ?? [], checkpoints: values.checkpoint ?? [], copies: values.copy ?? [] },
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        keyring: { type: 'string' },
        pin: { type: 'string', multiple: true },
        checkpoint: { type: 'string', multiple: true },
        copy: { type: 'string', multiple: true },
        run: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw usage(cause instanceof Error ? `${cause.message.split('. ')[0]}.` : String(cause), cause);
  }
}

const usage = (what: string, cause?: unknown): VerifyCommandError =>
  new VerifyCommandError('verify_usage', what, cause);
