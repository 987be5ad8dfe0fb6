import type { Timeline, TimelineStep } from '@marketops/client';
import type { Tone } from '../components/badge.js';

export type Phase = Timeline['phases'][number];

export const phaseTitles: Readonly<Record<Phase['phase'], string>> = {
  plan: 'Plan',
  authorize: 'Authorize',
  execute: 'Execute',
  prove: 'Prove',
};

export const phaseStatus: Readonly<Record<Phase['status'], { readonly text: string; readonly tone: Tone }>> =
  {
    not_begun: { text: 'not begun', tone: 'neutral' },
    under_way: { text: 'under way', tone: 'blue' },
    done: { text: 'done', tone: 'green' },
    failed: { text: 'failed', tone: 'red' },
    blocked: { text: 'blocked', tone: 'gold' },
  };

export const stepTones: Readonly<Record<TimelineStep['tone'], Tone>> = {
  good: 'green',
  bad: 'red',
  waiting: 'blue',
  neutral: 'neutral',
};

export interface Part {
  readonly phase: Phase['phase'];
  /** Of the whole, 0 to 1; every phase that has begun is wide enough to be seen. */
  readonly share: number;
}

const leastShare = 0.06;

/** How the time of the run was spent, for the bar above the phases. Phases that have not begun take no part. */
export function phaseParts(phases: readonly Phase[]): readonly Part[] {
  const begun = phases.filter(({ started_at }) => started_at !== null);
  const whole = begun.reduce((sum, { duration_ms }) => sum + (duration_ms ?? 0), 0);
  const raw = begun.map(({ duration_ms }) =>
    Math.max(leastShare, whole === 0 ? 1 : (duration_ms ?? 0) / whole),
  );
  const sum = raw.reduce((total, share) => total + share, 0);
  return begun.map(({ phase }, at) => ({ phase, share: (raw[at] ?? 0) / sum }));
}

/** Whether each entry's `prev_hash` is the hash of the one before, where both stand here and next to each other in the ledger. */
export function chainBreaks(steps: readonly TimelineStep[]): readonly number[] {
  const chained = steps
    .flatMap(({ chain }) => (chain === null ? [] : [chain]))
    .sort((a, b) => a.sequence - b.sequence);
  return chained.flatMap((entry, at) => {
    const before = chained[at - 1];
    const isBreak =
      before !== undefined && before.sequence + 1 === entry.sequence && before.hash !== entry.prev_hash;
    return isBreak ? [entry.sequence] : [];
  });
}
