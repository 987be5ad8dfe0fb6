import { plural } from '@marketops/operator/words';
import type { Finding } from '../doctor/finding.js';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';

export function renderFindings(output: Output, findings: readonly Finding[]): void {
  const { paint } = output;
  const verdicts = {
    ok: paint.green('ok  '),
    warn: paint.yellow('warn'),
    fail: paint.red('FAIL'),
    skipped: paint.dim('skip'),
  };
  for (const { name, verdict, detail, next } of findings) {
    output.line(`${verdicts[verdict]}  ${paint.bold(name.padEnd(11))} ${sanitize(detail)}`);
    if (next !== undefined) output.line(`${' '.repeat(18)}${paint.dim(`→ ${sanitize(next)}`)}`);
  }
  const count = (wanted: Finding['verdict']) => findings.filter(({ verdict }) => verdict === wanted).length;
  const [failed, warned, left] = [count('fail'), count('warn'), count('skipped')];
  output.line();
  const unseen = left === 0 ? '' : ` Not looked at (skip): ${left}.`;
  if (failed + warned === 0)
    output.line(`${left === 0 ? 'All is well.' : 'All that was looked at is well.'}${unseen}`);
  else output.line(`${plural(failed, 'failure')}, ${plural(warned, 'warning')}.${unseen}`);
}
