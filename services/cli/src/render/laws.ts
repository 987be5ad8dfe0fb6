import { plural, thousands } from '@marketops/operator/words';
import type { LawCheck } from '../laws/checks.js';
import type { ShownLaw } from '../laws/shown-law.js';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { section } from './section.js';

/** Every law in a few lines. */
export function renderLaws(output: Output, laws: readonly ShownLaw[], depth: number): void {
  const { paint } = output;
  for (const shown of laws) {
    const { law, checks, tests } = shown;
    output.line(`${paint.bold(law.id)}  ${law.sentence}`);
    if (law.status === 'active') {
      const by = checks.map(named).join(', ') || 'nothing at run time';
      const label = (text: string) => paint.dim(text.padEnd(10));
      output.line(`    ${label('check')}${by}`);
      output.line(`    ${label('tests')}${plural(tests.length, 'test')}${sealedAs(shown)}`);
      output.line(`    ${label('evidence')}${evidenceWords(shown)}`);
    } else output.line(`    ${paint.yellow(law.status)}`);
  }
  output.note(paint.dim(`Evidence is looked for in the newest ${thousands(depth)} entries.`));
}

const named = ({ name, gate_check: check }: LawCheck): string =>
  check === undefined ? name : `${name} (gate check ${check})`;

/** One law, in full. */
export function renderLaw(output: Output, shown: ShownLaw): void {
  const { paint } = output;
  const { law, checks, tests, seal } = shown;
  output.line(`${paint.bold(law.id)}  ${law.sentence}`);
  if (law.status !== 'active') output.line(`    ${paint.yellow(law.status)}`);
  section(output, 'Enforced by');
  for (const check of checks) output.line(`  ${named(check)}  ${paint.dim(check.file)}`);
  if (checks.length === 0) output.line('  nothing at run time');
  section(output, 'Seal');
  output.line(seal === undefined ? '  not sealed' : `  ${sealWords(seal)}\n  ${paint.dim(seal.digest)}`);
  section(output, 'Evidence in this ledger');
  output.line(`  ${evidenceWords(shown)}`);
  section(output, `Tests (${tests.length})`);
  let before = '';
  for (const { file, name } of tests) {
    if (file !== before) output.line(`  ${paint.dim(file)}`);
    before = file;
    output.line(`    ${sanitize(name, 400)}`);
  }
}

const sealedAs = ({ seal }: ShownLaw): string => (seal === undefined ? '' : `; sealed as ${sealWords(seal)}`);

function sealWords({ seal, version, sealed_at, amendments }: NonNullable<ShownLaw['seal']>): string {
  const since =
    amendments === 0 ? 'never amended' : `amended ${amendments === 1 ? 'once' : `${amendments} times`}`;
  return `${seal} ${version}, ${sealed_at}, ${since}`;
}

function evidenceWords({ law, evidence }: ShownLaw): string {
  if (law.status !== 'active') return 'none yet: it is not built';
  switch (evidence.of) {
    case 'event': {
      const { sequence, event, what } = evidence;
      return sanitize(`entry ${sequence}, ${event.time}: ${what}`, 400);
    }
    case 'none_yet':
      return 'none among the newest entries';
    case 'no_event':
      return 'no event shows this; tests do';
    case 'no_ledger':
      return 'there is no ledger here';
  }
}

export function lawsJson(laws: readonly ShownLaw[]) {
  return {
    laws: laws.map(({ law, checks, tests, seal, evidence }) => ({
      ...law,
      checks,
      tests,
      seal: seal ?? null,
      evidence:
        evidence.of === 'event'
          ? {
              of: evidence.of,
              sequence: evidence.sequence,
              event_id: evidence.event.id,
              type: evidence.event.type,
              stream: evidence.event.stream,
              time: evidence.event.time,
              what: evidence.what,
            }
          : { of: evidence.of },
    })),
  };
}
