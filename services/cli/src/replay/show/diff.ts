import type { ComparedRow, FirstDifference, RecordedEvent, RunDifference } from '@marketops/operator/reading';
import { eventText } from '@marketops/operator/words';
import type { Output } from '../../output.js';
import { section } from '../../render/section.js';
import { table } from '../../render/table.js';
import { sanitize } from '../../sanitize.js';

const titles = { run: 'Run', plan: 'Plan', decision: 'Decisions', outcome: 'Outcomes' } as const;

export function renderDiff(output: Output, one: string, other: string, { rows, first }: RunDifference): void {
  const { paint } = output;
  output.line(`${paint.bold('one')}    ${one}`);
  output.line(`${paint.bold('other')}  ${other}`);
  for (const about of ['run', 'plan', 'decision', 'outcome'] as const) {
    section(output, titles[about]);
    const cells = rows.filter((row) => row.about === about).map((row) => cellsOf(output, row));
    output.line(table(output, ['operation', '', 'one', 'other'], cells));
  }
  section(output, 'Where they first differ');
  if (first === undefined) output.line('  They say the same all along, but for ids, times and signatures.');
  else renderFirst(output, first);
}

const cellsOf = ({ paint }: Output, { operationId, one, other, same }: ComparedRow): string[] => [
  paint.bold(operationId ?? 'the run'),
  same ? paint.green('same') : paint.red('differs'),
  sanitize(one ?? '–', 160),
  same ? '' : sanitize(other ?? '–', 160),
];

function renderFirst(output: Output, { subject, one, other, differs }: FirstDifference): void {
  const told = (recorded: RecordedEvent | undefined): string => {
    if (recorded === undefined) return 'nothing more';
    const { event, entry } = recorded;
    return `${event.type}, ${entry === null ? 'not in the ledger' : `entry ${entry.sequence}`}: ${eventText(event).text}`;
  };
  output.line(`  in ${subject === 'run' ? 'the run’s own stream' : `operation ${sanitize(subject)}`}`);
  output.line(`  ${output.paint.bold('one')}    ${told(one)}`);
  output.line(`  ${output.paint.bold('other')}  ${told(other)}`);
  for (const what of differs) output.line(`         ${sanitize(what, 400)}`);
}
