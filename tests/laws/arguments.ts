import { parseArgs } from 'node:util';

export interface LawsArguments {
  /** `check` where nothing is said. */
  readonly command: 'check' | 'amend' | 'seal';
  /** Which set is to be sealed. */
  readonly seal: string | undefined;
  readonly by: string | undefined;
  readonly why: string | undefined;
  readonly showTests: boolean;
  readonly write: boolean;
  /** Trust the manifest for the names of tests, rather than ask vitest. */
  readonly quick: boolean;
  /** A clone that lacks the history of the seals is a fault, and not only told. */
  readonly wholeHistory: boolean;
}

/** Something asked for that cannot be done, in words. */
export class UsageError extends Error {}

export const usage = `npm run laws                       every law has tests, services/cli/laws.json lists them, and no seal is broken
npm run laws -- --tests            and show them
npm run laws -- --quick            the same without asking vitest: the names come from services/cli/laws.json
npm run laws -- --write            write services/cli/laws.json
npm run laws -- --whole-history    and a clone without all of git’s history is a fault: before a release
npm run laws -- amend --by "<who>" --why "<why>"   record what has changed in sealed laws and their tests
npm run laws -- seal <set>         seal a set of laws, once`;

/** @throws UsageError */
export function readArguments(given: readonly string[]): LawsArguments {
  const { values, positionals } = parsed(given);
  const [command = 'check', seal, ...rest] = positionals;
  if (command !== 'check' && command !== 'amend' && command !== 'seal')
    throw new UsageError(`there is no "${command}"`);
  if (rest.length > 0 || (command !== 'seal' && seal !== undefined))
    throw new UsageError('that is one word too many');
  const { by, why, tests = false, write = false, quick = false } = values;
  const wholeHistory = values['whole-history'] === true;
  if (command === 'amend') {
    if (!isSaid(by, 2, 100)) throw new UsageError('--by says who amends, in 2 to 100 characters');
    if (!isSaid(why, 10, 1_000)) throw new UsageError('--why says why, in 10 to 1000 characters');
  }
  return { command, seal, by, why, showTests: tests, write, quick, wholeHistory };
}

const isSaid = (text: string | undefined, min: number, max: number): boolean =>
  text !== undefined && text.trim().length >= min && text.length <= max;

function parsed(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        by: { type: 'string' },
        why: { type: 'string' },
        tests: { type: 'boolean' },
        write: { type: 'boolean' },
        quick: { type: 'boolean' },
        'whole-history': { type: 'boolean' },
      },
    });
  } catch (fault) {
    throw new UsageError(fault instanceof Error ? fault.message : String(fault));
  }
}
