import { plural } from '@marketops/operator/words';
import type { CaseResult, Outcome } from '@marketops/policy';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';

const words: Readonly<Record<Outcome, string>> = {
  allow: 'allowed',
  deny: 'denied',
  needs_approvals: 'denied until people approve',
};

/** What came out, and by which policies. */
export const outcomeText = ({ outcome, by }: Pick<CaseResult, 'outcome' | 'by'>): string =>
  `${words[outcome]}${by.length === 0 ? ', by no policy' : ` by ${by.map((id) => sanitize(id)).join(', ')}`}`;

/** Every case in a line; what does not hold with what came instead, and why. */
export function renderCases(
  output: Output,
  results: readonly CaseResult[],
  unsettled: readonly string[],
): void {
  const { paint } = output;
  for (const result of results) {
    const { one, holds, answer } = result;
    const mark = holds ? paint.green('✓') : paint.red('✗');
    output.line(`${mark} ${sanitize(one.name)}  ${paint.dim(`${sanitize(one.file)}:${one.line}`)}`);
    if (holds) continue;
    const by =
      one.by === undefined ? '' : ` by ${one.by.map((id) => sanitize(id)).join(', ') || 'no policy'}`;
    output.line(`    expected  ${words[one.expect]}${by}`);
    output.line(`    it is     ${outcomeText(result)}`);
    for (const { message } of answer.allowed ? [] : answer.reasons)
      output.line(`    ${paint.dim(sanitize(message))}`);
  }
  output.line();
  for (const id of unsettled) output.line(`${paint.yellow('note')}  no case is settled by ${sanitize(id)}`);
  const failed = results.filter(({ holds }) => !holds).length;
  const total = plural(results.length, 'case');
  output.line(
    failed === 0
      ? `${total}, all as their tables say.`
      : `${total}, ${failed} otherwise than their tables say.`,
  );
}

export const caseJson = ({ one, outcome, by, holds, answer }: CaseResult) => ({
  ...{ file: one.file, line: one.line, name: one.name },
  expected: { outcome: one.expect, by: one.by ?? null },
  actual: { outcome, by },
  reasons: answer.allowed ? [] : answer.reasons,
  needs: answer.allowed ? [] : answer.needs,
  holds,
});
