import { plural, shortDigest } from '@marketops/operator/words';
import type { PolicyDifference, PolicyRule } from '@marketops/policy';
import type { Output } from '../output.js';
import { sanitize, sanitizeLines } from '../sanitize.js';
import { shownPath } from '../shown-path.js';
import { outcomeText } from './policy-cases.js';
import { ruleJson, rulePlace } from './policy-rules.js';
import { section } from './section.js';

export interface ComparedFolder {
  readonly folder: string;
  readonly digest: string;
  /** What federation has taken into force last; null where that is not known, absent where it was not asked. */
  readonly digestInForce?: string | null;
}

export function renderDifference(
  output: Output,
  from: ComparedFolder,
  to: ComparedFolder,
  { added, removed, changed, decisions }: PolicyDifference,
  cases: number,
): void {
  const { paint } = output;
  output.line(`from  ${folderText(from)}${inForceText(from)}`);
  output.line(`to    ${folderText(to)}`);
  const heading = (sign: string, rule: PolicyRule) =>
    output.line(`${sign} ${rule.effect} ${paint.bold(sanitize(rule.id))}  ${paint.dim(rulePlace(rule))}`);
  if (added.length + removed.length + changed.length > 0) section(output, 'Policies');
  for (const rule of added) heading(paint.green('+'), rule);
  for (const rule of removed) heading(paint.red('-'), rule);
  for (const { before, after } of changed) {
    heading(paint.yellow('~'), after);
    for (const line of lines(before.text)) output.line(paint.red(`    - ${line}`));
    for (const line of lines(after.text)) output.line(paint.green(`    + ${line}`));
  }
  if (decisions.length > 0) section(output, 'Decisions');
  for (const { before, after } of decisions) {
    output.line(`${sanitize(after.one.name)}  ${paint.dim(`${sanitize(after.one.file)}:${after.one.line}`)}`);
    output.line(`    was  ${outcomeText(before)}`);
    output.line(`    is   ${outcomeText(after)}`);
  }
  output.line();
  const counts = `${added.length} added, ${removed.length} removed, ${changed.length} changed`;
  output.line(`Policies: ${counts}. Decisions: ${decisions.length} of ${plural(cases, 'case')} change.`);
}

const folderText = ({ folder, digest }: ComparedFolder): string =>
  `${sanitize(shownPath(folder))}, digest ${shortDigest(digest)}`;

function inForceText({ digest, digestInForce }: ComparedFolder): string {
  if (digestInForce === undefined) return '';
  if (digestInForce === null)
    return ' (what is in force is not known here: nothing runs, or nothing was loaded)';
  return digestInForce === digest ? ', in force' : `; in force is ${shortDigest(digestInForce)}`;
}

const lines = (text: string): string[] => sanitizeLines(text, 20_000).split('\n');

export const differenceJson = (
  from: ComparedFolder,
  to: ComparedFolder,
  { added, removed, changed, decisions }: PolicyDifference,
  cases: number,
) => ({
  from: {
    folder: from.folder,
    digest: from.digest,
    ...(from.digestInForce === undefined ? {} : { digest_in_force: from.digestInForce }),
  },
  to: { folder: to.folder, digest: to.digest },
  added: added.map(ruleJson),
  removed: removed.map(ruleJson),
  changed: changed.map(({ before, after }) => ({
    ...ruleJson(after),
    before: before.text,
    after: after.text,
  })),
  cases,
  decisions: decisions.map(({ before, after }) => ({
    ...{ file: after.one.file, line: after.one.line, name: after.one.name },
    before: { outcome: before.outcome, by: before.by },
    after: { outcome: after.outcome, by: after.by },
  })),
});
