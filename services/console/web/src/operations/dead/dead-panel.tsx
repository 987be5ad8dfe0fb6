import type { DeadLetter } from '@marketops/client';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Badge } from '../../components/badge.js';
import { CopyId } from '../../components/copy-id.js';
import { ExportMenu } from '../../components/export-menu.js';
import { Panel } from '../../components/page.js';
import { Empty, ErrorState, Loading } from '../../components/state.js';
import { Time } from '../../components/time.js';
import { may, useSession } from '../../data/session.js';
import { CommandLine } from '../../ledger/command-line.js';
import { csvText } from '../../text/csv.js';
import { shown } from '../../text/shown.js';
import { deadLettersQuery } from '../queries.js';
import { ReconcileDialog } from './reconcile-dialog.js';
import { RedriveDialog } from './redrive-dialog.js';

/** What will not go on by itself, why, and what helps. */
export function DeadPanel() {
  const [uncertainOnly, setUncertainOnly] = useState(false);
  const [chosen, setChosen] = useState<DeadLetter>();
  const [said, setSaid] = useState('');
  const queries = useQueryClient();
  const query = useInfiniteQuery(deadLettersQuery(uncertainOnly));
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query;
  const letters = data?.pages.flatMap((page) => page.letters) ?? [];
  const close = () => setChosen(undefined);
  const done = (words: string) => {
    close();
    setSaid(words);
    void queries.invalidateQueries({ queryKey: ['live', 'dead-letters'] });
  };
  return (
    <Panel
      title="Uncertain and dead"
      aside={
        <span className="row">
          <label className="row small">
            <input
              type="checkbox"
              checked={uncertainOnly}
              onChange={({ target }) => setUncertainOnly(target.checked)}
            />
            Uncertain only
          </label>
          <ExportMenu
            choices={[
              { label: 'JSON', fileName: 'dead-letters.json', make: () => jsonOf(letters) },
              { label: 'CSV', fileName: 'dead-letters.csv', make: () => csvOf(letters) },
            ]}
          />
        </span>
      }
    >
      <p role="status">{said}</p>
      {error !== null && data === undefined ? (
        <ErrorState title="What is dead could not be loaded" error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what="what is dead" />
      ) : letters.length === 0 ? (
        <Empty title={uncertainOnly ? 'Nothing is uncertain.' : 'Nothing is dead.'}>
          Everything has ended well, or goes on by itself.
        </Empty>
      ) : (
        letters.map((letter) => (
          <Letter
            key={`${letter.kind} ${letter.subject}`}
            letter={letter}
            onRemedy={() => {
              setSaid('');
              setChosen(letter);
            }}
          />
        ))
      )}
      {hasNextPage ? (
        <p>
          <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Loading …' : 'Look further back'}
          </button>
        </p>
      ) : null}
      {chosen?.run_id == null ? null : chosen.remedy === 'reconcile' && chosen.operation_id !== null ? (
        <ReconcileDialog
          runId={chosen.run_id}
          operationId={chosen.operation_id}
          onClose={close}
          onDone={done}
        />
      ) : (
        <RedriveDialog
          runId={chosen.run_id}
          operationId={chosen.operation_id}
          onClose={close}
          onDone={done}
        />
      )}
    </Panel>
  );
}

const remedies = { redrive: 'Redrive …', reconcile: 'Reconcile …' } as const;

function Letter({ letter, onRemedy }: { readonly letter: DeadLetter; readonly onRemedy: () => void }) {
  const session = useSession();
  const { subject, state, since, why, help, hint, remedy, run_id: runId } = letter;
  const isOpen = state === 'stalled' || state === 'uncertain';
  const allowed =
    (remedy === 'redrive' && may(session, 'redriveRun')) ||
    (remedy === 'reconcile' && may(session, 'reconcileOperation'));
  return (
    <article className="letter" aria-label={`${letter.kind} ${shown(subject)}: ${state}`}>
      <header className="row spread">
        <span className="row">
          <Badge tone={isOpen ? 'gold' : 'red'}>{shown(state)}</Badge>
          <strong className="mono">{shown(subject)}</strong>
          {since === null ? null : (
            <span className="muted">
              since <Time at={since} />
            </span>
          )}
        </span>
        <span className="row">
          {runId === null ? null : (
            <>
              <CopyId id={runId} label="run id" />
              <Link to="/runs/$runId" params={{ runId }}>
                Open the run
              </Link>
            </>
          )}
          {allowed && runId !== null && (remedy === 'redrive' || remedy === 'reconcile') ? (
            <button type="button" onClick={onRemedy}>
              {remedies[remedy]}
            </button>
          ) : null}
        </span>
      </header>
      <p>
        {shown(why.message)} <code>{shown(why.code)}</code>
      </p>
      {hint === null ? null : <p className="muted">{shown(hint)}</p>}
      <CommandLine label={`what helps with ${shown(subject)}`} text={shown(help)} />
    </article>
  );
}

const jsonOf = (letters: readonly DeadLetter[]): Blob =>
  new Blob([JSON.stringify(letters, undefined, 2)], { type: 'application/json' });

const csvOf = (letters: readonly DeadLetter[]): Blob =>
  new Blob(
    [
      csvText(
        ['kind', 'subject', 'state', 'since', 'code', 'why', 'remedy', 'help'],
        letters.map(({ kind, subject, state, since, why, remedy, help }) => [
          ...[kind, subject, state, since, why.code, why.message, remedy, help],
        ]),
      ),
    ],
    { type: 'text/csv' },
  );
