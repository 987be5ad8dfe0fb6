import { createInterface } from 'node:readline/promises';
import { AuthorityError } from '@marketops/operator';

export interface Asking {
  /** True where --yes was given: then nobody is asked. */
  readonly yes: boolean;
  /** True with --json: then what is to be confirmed was not shown to a person. */
  readonly json: boolean;
  readonly signal: AbortSignal;
  readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output?: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Asks the person at the terminal, who has been shown what it is about.
 * @throws AuthorityError `confirmation_needed` where there is nobody to ask, `not_confirmed` for any answer but yes
 */
export async function confirm(question: string, asking: Asking): Promise<void> {
  const { yes, json, signal, input = process.stdin, output = process.stderr } = asking;
  refuseUnasked({ yes, json });
  if (yes) return;
  if (input.isTTY !== true || output.isTTY !== true) throw unasked();
  const terminal = createInterface({ input, output });
  try {
    const answer = await terminal.question(`${question} Type yes to sign: `, { signal });
    if (answer.trim().toLowerCase() === 'yes') return;
  } finally {
    terminal.close();
  }
  throw new AuthorityError('not_confirmed', 'it was not signed', { next: 'Nothing was done.' });
}

/**
 * With --json there is nobody to ask, whatever it is about: known before anything is looked at.
 * @throws AuthorityError `confirmation_needed`
 */
export function refuseUnasked({ yes, json }: Pick<Asking, 'yes' | 'json'>): void {
  if (json && !yes) throw unasked();
}

const unasked = (): AuthorityError =>
  new AuthorityError('confirmation_needed', 'this is signed only when somebody has said yes to it', {
    next: 'Run it in a terminal, or look at what it is about and run it again with --yes.',
  });
