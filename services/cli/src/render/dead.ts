import type { DeadLetter } from '@marketops/operator';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';

/** Each with why it stands still, and what helps, ready to be pasted. */
export function renderDead(output: Output, letters: readonly DeadLetter[]): void {
  const { paint } = output;
  if (letters.length === 0) output.line('Nothing is dead: everything has ended well, or goes on by itself.');
  for (const { subject, state, since, why, help, hint } of letters) {
    const time = since === null ? '' : paint.dim(`  since ${since}`);
    const isOpen = state === 'stalled' || state === 'uncertain';
    output.line(
      `${paint.bold(sanitize(subject))}  ${isOpen ? paint.yellow(state) : paint.red(state)}${time}`,
    );
    output.line(`    ${sanitize(why.message, 300)} (${sanitize(why.code)})`);
    if (hint !== null) output.line(`    ${sanitize(hint)}`);
    output.line(`    ${paint.cyan(sanitize(help))}`);
  }
}
