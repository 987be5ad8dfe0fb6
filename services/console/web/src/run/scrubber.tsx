import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Badge, ErrorState, Loading, Time } from '../components/index.js';
import { useShortcuts } from '../data/shortcuts.js';
import { codeWords } from '../text/run-words.js';
import { shown } from '../text/shown.js';
import { statesQuery } from './queries.js';
import { replayAt } from './replay-view.js';

export interface ScrubberProps {
  readonly runId: string;
  /** The event the replay stands at; undefined at the end, where the run is as it is now. */
  readonly onMoment: (eventId: string | undefined) => void;
}

/** Replays the run from its events: where everything stood after each of them, and what whoever decided it knew. */
export function Scrubber({ runId, onMoment }: ScrubberProps) {
  const [asked, setAsked] = useState(false);
  const [at, setAt] = useState<number>();
  const states = useQuery({ ...statesQuery(runId), enabled: asked });
  const count = states.data?.moments.length ?? 0;
  const number = Math.min(at ?? count, count);
  const view = states.data === undefined ? undefined : replayAt(states.data, number);
  const momentId = at === undefined ? undefined : view?.moment?.event_id;
  useEffect(() => onMoment(momentId), [onMoment, momentId]);
  const step = (by: number) => setAt(Math.max(0, Math.min(count, number + by)));
  useShortcuts(
    asked
      ? [
          { key: '[', label: 'Replay: one event back', run: () => step(-1) },
          { key: ']', label: 'Replay: one event on', run: () => step(1) },
        ]
      : [],
  );
  if (!asked) {
    return (
      <div>
        <button type="button" onClick={() => setAsked(true)}>
          Replay its state
        </button>
      </div>
    );
  }
  if (states.isPending) return <Loading what="the states" />;
  if (states.isError) return <ErrorState title="It cannot be replayed" error={states.error} />;
  return (
    <section className="scrubber" aria-label="Replay">
      <label className="stack">
        <span className="row spread">
          <span>
            After event {number} of {count}
          </span>
          {view?.moment === undefined ? (
            <span className="muted">before the first</span>
          ) : (
            <span className="muted">
              <span className="mono">{shown(view.moment.type)}</span>,{' '}
              <Time at={view.moment.time} as="near" />
            </span>
          )}
        </span>
        <input
          type="range"
          min={0}
          max={count}
          step={1}
          value={number}
          aria-valuetext={`After event ${number} of ${count}${view?.moment === undefined ? '' : `: ${view.moment.type}`}`}
          onChange={({ target }) => setAt(Number(target.value))}
        />
      </label>
      <ul className="subjects" aria-label="Where everything stood">
        {view?.subjects.map(({ operationId, state, changed }) => (
          <li key={operationId ?? ''} className={changed ? 'subject-changed' : ''}>
            {operationId === null ? 'run' : shown(operationId)}{' '}
            <Badge tone={changed ? 'blue' : 'neutral'}>{codeWords(shown(state))}</Badge>
          </li>
        ))}
      </ul>
      <MomentFacts moment={view?.moment} />
      <div className="row">
        <button type="button" onClick={() => step(-1)} disabled={number === 0}>
          Back
        </button>
        <button type="button" onClick={() => step(1)} disabled={number === count}>
          On
        </button>
        <button type="button" className="plain" onClick={() => setAt(undefined)}>
          As it is now
        </button>
      </div>
    </section>
  );
}

function MomentFacts({ moment }: { readonly moment: ReturnType<typeof replayAt>['moment'] }) {
  if (moment === undefined || moment.changes.length + moment.knew.length === 0) return null;
  return (
    <dl className="facts small">
      {moment.changes.map(({ name, before, after }) => (
        <div key={`changed ${name}`} style={{ display: 'contents' }}>
          <dt>{shown(name)}</dt>
          <dd>
            {shown(before, 200)} → {shown(after, 200)}
          </dd>
        </div>
      ))}
      {moment.knew.map(({ name, value }) => (
        <div key={`knew ${name}`} style={{ display: 'contents' }}>
          <dt>knew {shown(name)}</dt>
          <dd className="mono">{shown(value, 200)}</dd>
        </div>
      ))}
    </dl>
  );
}
