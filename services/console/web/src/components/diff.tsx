import { diffLines } from '../text/diff-lines.js';
import { shownLines } from '../text/shown.js';
import './diff.css';

export interface DiffProps {
  /** What it is a difference of: "release notes". */
  readonly label: string;
  /** As it stands now; null where there is nothing yet. */
  readonly before: string | null;
  readonly after: string | null;
}

const sign = { same: ' ', removed: '−', added: '+' } as const;
const spoken = { same: '', removed: 'removed: ', added: 'added: ' } as const;

/** Two texts, line by line. Text from outside: control and direction-changing characters are spelled out before comparing. */
export function Diff({ label, before, after }: DiffProps) {
  const lines = diffLines(
    before === null ? null : shownLines(before),
    after === null ? null : shownLines(after),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1)
    <section className="diff" aria-label={label} tabIndex={0}>
      {lines.map(({ kind, text, before: old, after: now }) => (
        <div key={`${old ?? ''}:${now ?? ''}`} className={`diff-line diff-${kind}`}>
          <span className="diff-sign" aria-hidden="true">
            {sign[kind]}
          </span>
          <span className="unseen">{spoken[kind]}</span>
          <span>{text === '' ? '\u00a0' : text}</span>
        </div>
      ))}
    </section>
  );
}
