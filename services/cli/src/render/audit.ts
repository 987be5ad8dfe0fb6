import { plural, thousands } from '@marketops/operator/words';
import { tellingAttempt } from '../audit/report.js';
import { type AuditResult, auditHeld } from '../audit/run-audit.js';
import type { ScenarioResult } from '../audit/scenario.js';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { section } from './section.js';
import { table } from './table.js';

/** One line while it runs, with what went wrong below it. */
export function renderScenario({ note, paintNote: paint }: Output, result: ScenarioResult): void {
  const { scenario, refused, attempts } = result;
  const word = refused ? paint.green('refused') : paint.red('PASSED ');
  note(
    `  ${word}  ${scenario.id.padEnd(3)} ${scenario.name} ${paint.dim(plural(attempts.length, 'attempt'))}`,
  );
  for (const { name, detail } of attempts.filter((one) => !one.refused)) {
    note(`           ${sanitize(`${name}: ${detail}`, 300)}`);
  }
}

/** The table, the control and the ledger. */
export function renderAudit(output: Output, result: AuditResult): void {
  const { paint, line } = output;
  const { scenarios, control, ledger, elapsedMs } = result;
  section(output, 'Security audit');
  const rows = scenarios.map((one) => {
    const telling = tellingAttempt(one);
    return [
      paint.bold(one.scenario.id),
      one.scenario.severity,
      one.refused ? paint.green('refused') : paint.red('NOT REFUSED'),
      telling?.check ?? '–',
      String(telling?.ledgerSequence ?? '–'),
      telling?.eventId ?? '–',
      one.scenario.name,
    ];
  });
  line(table(output, ['', 'severity', 'attack', 'by', 'entry', 'event', ''], rows));
  line();
  const refused = scenarios.filter((one) => one.refused).length;
  const attempts = scenarios.reduce((sum, one) => sum + one.attempts.length, 0);
  const mark = (good: boolean) => (good ? paint.green('holds') : paint.red('FAILS'));
  line(
    `${mark(refused === scenarios.length)}  ${refused} of ${scenarios.length} refused, in ${plural(attempts, 'attempt')}`,
  );
  line(`${mark(control.shipped)}  the genuine receipt shipped in the end: ${control.detail}`);
  line(`${mark(ledger.holds)}  the ledger verifies: ${thousands(ledger.entries)} entries`);
  const seconds = (elapsedMs / 1_000).toFixed(1);
  line(
    auditHeld(result) ? paint.green(`All of it held, in ${seconds} s.`) : paint.red('Not all of it held.'),
  );
}
