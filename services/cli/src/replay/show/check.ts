import { duration, plural } from '@marketops/operator/words';
import { canonicalJson } from '@marketops/proof';
import type { Output } from '../../output.js';
import { sanitize } from '../../sanitize.js';
import type { CheckedStep } from '../checking/check-run.js';
import type { Saying, StepVerdict } from '../checking/verdict.js';

const verdicts: readonly StepVerdict[] = ['agrees', 'partly', 'diverges', 'undecided', 'input'];

const countsOf = (checked: readonly CheckedStep[]): Readonly<Record<StepVerdict, number>> => {
  const count = (verdict: StepVerdict) => checked.filter((one) => one.verdict === verdict).length;
  return Object.fromEntries(verdicts.map((verdict) => [verdict, count(verdict)])) as Record<
    StepVerdict,
    number
  >;
};

const sequencesOf = ({ step }: CheckedStep): number[] =>
  step.events.flatMap(({ entry }) => (entry === null ? [] : [entry.sequence]));

/** What `--check` found, as `--json` gives it. */
export const checkJson = (runId: string, checked: readonly CheckedStep[]) => ({
  run_id: runId,
  steps: checked.map((one) => ({
    ledger_sequences: sequencesOf(one),
    time: one.step.first.event.time,
    decided_by: one.step.first.event.actor,
    said: one.step.events.map(({ event }) => ({ stream: event.stream, seq: event.seq, type: event.type })),
    verdict: one.verdict,
    would_say: one.would,
    would_not_say: one.wouldNot,
    notes: one.notes,
  })),
  counts: countsOf(checked),
  diverged: checked.some(({ verdict }) => verdict === 'diverges'),
});

const words: Readonly<Record<StepVerdict, string>> = {
  agrees: 'agrees',
  partly: 'agrees as far as recorded',
  diverges: 'DIVERGES',
  undecided: 'cannot be decided again',
  input: 'was said from outside',
};

const shownMax = 600;

export function renderCheck(output: Output, checked: readonly CheckedStep[], elapsedMs: number): void {
  const { paint } = output;
  const colours = {
    ...{ agrees: paint.green, partly: paint.green, diverges: paint.red },
    ...{ undecided: paint.yellow, input: paint.dim },
  } as const;
  for (const one of checked) {
    const sequences = sequencesOf(one);
    const entries = sequences.length === 0 ? 'not yet' : `#${sequences[0]}`;
    const said = typesOf(one.step.events.map(({ event }) => event.type));
    const where = new Set(one.step.events.map(({ event }) => event.stream.split('/')[2] ?? ''));
    const subject = [...where].filter((id) => id !== '').join(' ');
    output.line(
      `${paint.dim(entries.padStart(8))}  ${colours[one.verdict](words[one.verdict].padEnd(25))}  ${paint.bold(one.step.first.event.actor)} ${sanitize(subject)}  ${said}`,
    );
    for (const note of one.notes) output.line(`${' '.repeat(10)}${paint.dim(sanitize(note, shownMax))}`);
    for (const saying of one.wouldNot) output.line(sayingLine(paint.red('- was said  '), saying));
    for (const saying of one.would) output.line(sayingLine(paint.green('+ would say '), saying));
  }
  const counts = countsOf(checked);
  output.line();
  const told = verdicts.flatMap((verdict) =>
    counts[verdict] > 0 ? [`${counts[verdict]} ${words[verdict]}`] : [],
  );
  output.line(`${plural(checked.length, 'step')} in ${duration(elapsedMs)}: ${told.join(', ')}`);
}

const sayingLine = (sign: string, { stream, type, data }: Saying): string =>
  `${' '.repeat(10)}${sign} ${type} in ${sanitize(stream)} ${sanitize(canonicalJson(data), shownMax)}`;

/** `operation.planned ×3`: a plan of a thousand operations is one line. */
function typesOf(types: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, count]) => (count === 1 ? type : `${type} ×${count}`)).join(', ');
}
