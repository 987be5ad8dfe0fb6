import type { JournalReport } from '@marketops/verifier';
import { Badge } from '../../components/badge.js';
import { Banner } from '../../components/banner.js';
import { CopyId } from '../../components/copy-id.js';
import { ExportMenu } from '../../components/export-menu.js';
import { shown } from '../../text/shown.js';
import { thousands } from '../../text/words.js';
import { type Finding, verdictOf } from './verdict.js';

const tones = { holds: 'green', broken: 'red', compared_badly: 'red' } as const;

export interface VerdictViewProps {
  readonly report: JournalReport;
  readonly memories: readonly string[];
  /** Shows an entry among the others; absent where the caller may not read them. */
  readonly onEntry?: ((sequence: number) => void) | undefined;
}

/** What was found, in the words of `marketops verify`. */
export function VerdictView({ report, memories, onEntry }: VerdictViewProps) {
  const verdict = verdictOf(report, memories);
  const { tone, headline, firstBad, holds, findings, moreFindings, notes, pin } = verdict;
  return (
    <div className="stack verdict" data-tone={tone}>
      <Banner
        tone={tones[tone]}
        role={tone === 'holds' ? 'status' : 'alert'}
        title={headline}
        aside={
          <ExportMenu choices={[{ label: 'Report', fileName: 'verification.json', make: asJson(report) }]} />
        }
      >
        {firstBad === null ? null : (
          <p>
            First bad entry: <strong>{thousands(firstBad)}</strong>. From there on nothing can be relied on
            until the ledger has been compared with a copy.
          </p>
        )}
        <ul className="verdict-holds">
          {holds.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Banner>
      {findings.map((finding) => (
        <FindingView
          key={`${finding.code} ${finding.sequence} ${finding.message}`}
          finding={finding}
          onEntry={onEntry}
        />
      ))}
      {moreFindings > 0 ? <p className="muted">and {thousands(moreFindings)} more</p> : null}
      {notes.map((note) => (
        <p key={note} className="muted">
          <Badge>note</Badge> {shown(note)}
        </p>
      ))}
      {pin === null ? null : (
        <p className="row">
          <span className="muted">Keep this, and compare it the next time:</span>
          <CopyId id={pin} label="pin" whole />
        </p>
      )}
    </div>
  );
}

function FindingView({
  finding: { law, code, message, next, sequence, place },
  onEntry,
}: {
  readonly finding: Finding;
  readonly onEntry: VerdictViewProps['onEntry'];
}) {
  return (
    <article className="finding">
      <div className="row spread">
        <strong>{law}</strong>
        <code>{code}</code>
      </div>
      <p>{shown(message)}</p>
      <p>→ {shown(next)}</p>
      <p className="row small muted">
        {place === null ? null : <span className="mono">{shown(place)}</span>}
        {sequence === null || onEntry === undefined || sequence < 1 ? null : (
          <button type="button" className="plain" onClick={() => onEntry(sequence)}>
            Show entry {thousands(sequence)}
          </button>
        )}
      </p>
    </article>
  );
}

const asJson = (report: JournalReport) => (): Blob =>
  new Blob([JSON.stringify(report, undefined, 2)], { type: 'application/json' });
