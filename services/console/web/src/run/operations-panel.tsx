import type { OperationDetail, RunDetail } from '@marketops/client';
import type { Tone } from '../components/index.js';
import { Badge, Panel, Time } from '../components/index.js';
import { codeWords, kindWord } from '../text/run-words.js';
import { shown } from '../text/shown.js';
import { plural } from '../text/words.js';
import { httpUrl } from './http-url.js';
import { Checks } from './mode-banner.js';

const phaseTones: Readonly<Partial<Record<OperationDetail['phase'], Tone>>> = {
  succeeded: 'green',
  authorized: 'green',
  started: 'blue',
  planned: 'blue',
  expired: 'blue',
  blocked: 'gold',
  advised: 'gold',
  failed: 'red',
  refused: 'red',
  uncertain: 'red',
  revoked: 'red',
};

/** Every operation: where it stands, what came of it, and its twelve checks. */
export function OperationsPanel({ run }: { readonly run: RunDetail }) {
  return run.operations.length === 0 ? null : (
    <Panel title="Operations" aside={<Badge>{plural(run.operations.length, 'operation')}</Badge>}>
      {run.operations.map((operation) => (
        <OperationRow key={operation.operation_id} operation={operation} isProd={run.mode === 'prod'} />
      ))}
    </Panel>
  );
}

function OperationRow({
  operation,
  isProd,
}: {
  readonly operation: OperationDetail;
  readonly isProd: boolean;
}) {
  const {
    operation_id: id,
    kind,
    repository,
    phase,
    outcome,
    receipts,
    attempts,
    redrives,
    drift,
  } = operation;
  const counts = [
    receipts > 1 && plural(receipts, 'receipt'),
    attempts > 1 && plural(attempts, 'attempt'),
    redrives > 0 && plural(redrives, 'redrive'),
  ].filter((part) => part !== false);
  return (
    <article className="planned" aria-label={shown(id)}>
      <div className="row">
        <strong>{shown(id)}</strong>
        <Badge tone={phaseTones[phase] ?? 'neutral'}>{codeWords(phase)}</Badge>
        {drift === null ? null : <Badge tone="red">{drift} since by somebody</Badge>}
        <span>{kindWord(kind)}</span>
        <span className="mono">{shown(repository)}</span>
        {counts.length === 0 ? null : <span className="muted small">{counts.join(', ')}</span>}
      </div>
      {outcome === null ? null : <Outcome outcome={outcome} />}
      {isProd ? (
        <details className="fold">
          <summary className="small">The twelve checks and the receipt</summary>
          <Checks operation={operation} />
        </details>
      ) : null}
    </article>
  );
}

function Outcome({ outcome }: { readonly outcome: NonNullable<OperationDetail['outcome']> }) {
  const { message, remedy, url, time, code } = outcome;
  const link = url === null ? undefined : httpUrl(url);
  return (
    <>
      {message === null ? null : (
        <p>
          {shown(message)} {code === null ? null : <code className="muted">{shown(code)}</code>}
        </p>
      )}
      {remedy === null ? null : <p className="muted">What to do: {shown(remedy)}</p>}
      <p className="small muted">
        <Time at={time} />
        {url === null ? null : ' · '}
        {url === null ? null : link === undefined ? (
          <span className="mono">{shown(url)}</span>
        ) : (
          <a href={link} target="_blank" rel="noreferrer noopener" className="mono">
            {shown(url)}
          </a>
        )}
      </p>
    </>
  );
}
