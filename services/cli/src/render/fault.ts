import type { PlacedFault } from '@marketops/operator/words';
import type { ToldFault } from '../errors.js';
import type { Output } from '../output.js';
import { sanitize, sanitizeLines } from '../sanitize.js';

/** How many faults are shown; a plan of a thousand operations may have one each. `--json` has them all. */
const faultsShownMax = 50;

/** What happened, the code, what to do: on standard error for a person, as `{ error }` for a program. */
export function renderFault(output: Output, fault: ToldFault): void {
  const { code, message, next, faults } = fault;
  output.document({ error: { code, message, next, faults } });
  const paint = output.paintNote;
  output.note(`${paint.bold(paint.red('error'))}  ${sanitizeLines(message, 4_000)}`);
  for (const one of faults.slice(0, faultsShownMax)) output.note(`       ${faultLine(output, one)}`);
  const hidden = faults.length - faultsShownMax;
  if (hidden > 0) output.note(`       … and ${hidden} more; --json lists them all`);
  output.note(` ${paint.dim('code')}  ${code}`);
  output.note(` ${paint.dim('next')}  ${sanitizeLines(next, 2_000)}`);
}

function faultLine({ paintNote: paint }: Output, { path, message, line, column }: PlacedFault): string {
  const place = line === undefined ? '' : `${paint.bold(`${line}:${column ?? 1}`)}  `;
  const where = path === '' ? '' : `${paint.cyan(sanitize(path, 300))}  `;
  return `${place}${where}${sanitize(message, 1_000)}`;
}
