import type { RunDetail, TimelineStep } from '@marketops/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Badge, ErrorState, Loading, Panel, Time } from '../components/index.js';
import { shown } from '../text/shown.js';
import { duration } from '../text/words.js';
import { chainBreaks, type Phase, phaseParts, phaseStatus, phaseTitles, stepTones } from './phase-view.js';
import { timelineQuery } from './queries.js';
import { Scrubber } from './scrubber.js';
import { StepBody } from './step-body.js';
import './timeline.css';

/** Plan, authorize, execute, prove: how long each took, and every event with its place in the chain. */
export function TimelinePanel({ run }: { readonly run: RunDetail }) {
  const timeline = useQuery(timelineQuery(run.run_id));
  const [moment, setMoment] = useState<string>();
  const phases = timeline.data?.phases ?? [];
  const breaks = chainBreaks(phases.flatMap(({ steps }) => steps));
  return (
    <Panel title="Timeline">
      {timeline.isPending ? <Loading what="the timeline" /> : null}
      {timeline.isError ? (
        <ErrorState
          title="The timeline could not be read"
          error={timeline.error}
          retry={() => void timeline.refetch()}
        />
      ) : null}
      {breaks.length === 0 ? null : (
        <p role="alert">
          <Badge tone="red">chain broken</Badge> Entry {breaks.join(', ')} does not follow from the one before
          it. Freeze, and verify the ledger.
        </p>
      )}
      <PhaseBar phases={phases} />
      <Scrubber runId={run.run_id} onMoment={setMoment} />
      <div>
        {phases.map((phase) => (
          <PhaseRow key={phase.phase} phase={phase} moment={moment} />
        ))}
      </div>
    </Panel>
  );
}

function PhaseBar({ phases }: { readonly phases: readonly Phase[] }) {
  const status = new Map(phases.map((phase) => [phase.phase, phase.status]));
  return (
    <div className="phase-bar" aria-hidden="true">
      {phaseParts(phases).map(({ phase, share }) => (
        <div
          key={phase}
          className={`phase-part phase-part-${status.get(phase)}`}
          style={{ flexGrow: share }}
        />
      ))}
    </div>
  );
}

function PhaseRow({ phase, moment }: { readonly phase: Phase; readonly moment: string | undefined }) {
  const { text, tone } = phaseStatus[phase.status];
  const { steps, started_at: startedAt, duration_ms: ms } = phase;
  return (
    <details className="phase" open={phase.status !== 'not_begun'}>
      <summary>
        <span className="phase-title">{phaseTitles[phase.phase]}</span>
        <Badge tone={tone}>{text}</Badge>
        {startedAt === null ? null : (
          <span className="muted small">
            <Time at={startedAt} as="near" />
            {ms === null ? '' : `, ${duration(ms)}`}
          </span>
        )}
        <span className="muted small">
          {steps.length} {steps.length === 1 ? 'event' : 'events'}
        </span>
      </summary>
      <ol className="steps">
        {steps.map((step) => (
          <Step key={step.event_id} step={step} isNow={step.event_id === moment} />
        ))}
      </ol>
    </details>
  );
}

function Step({ step, isNow }: { readonly step: TimelineStep; readonly isNow: boolean }) {
  const [open, setOpen] = useState(false);
  const classes = [
    'step',
    `step-${stepTones[step.tone]}`,
    !step.verified && 'step-claim',
    isNow && 'step-now',
  ];
  return (
    <li className={classes.filter(Boolean).join(' ')}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <span className="muted small mono">+{duration(step.offset_ms)}</span>
          <span className="step-text">
            {step.operation_id === null ? null : <strong>{shown(step.operation_id)} </strong>}
            {shown(step.text)}
            {step.verified ? null : <Badge tone="red">unverified claim</Badge>}
          </span>
          <span className="muted small mono">{shown(step.type)}</span>
        </summary>
        {open ? <StepBody step={step} /> : null}
      </details>
    </li>
  );
}
