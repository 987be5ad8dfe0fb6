import type { AccountLimits, Overview, Queue } from '@marketops/client';
import type { Tone } from '../../components/badge.js';
import { bytes, duration, plural, thousands } from '../../text/words.js';

/** One figure and whether it is as it should be. */
export interface Gauge {
  readonly name: string;
  readonly value: string;
  readonly tone: Tone;
  /** What it means, and what to do where it is not well. */
  readonly hint: string;
}

/** Beyond these somebody should look. The alert rules of infra/dashboards know the same. */
const lagMsWarn = 5_000;
const checkpointAgeMsWarn = 60_000;
const skewMsWarn = 2_000;
const skewMsBad = 5_000;

const tone = (bad: boolean, warn = false): Tone => (bad ? 'red' : warn ? 'gold' : 'green');

/** The ledger, Redis and the index of runs, each judged. Pure. */
export function gaugesOf({ ledger, redis, run_index: index, held, stalled, uncertain }: Overview): Gauge[] {
  const { lag_ms: lag, behind, free_bytes: free, reserve_bytes: reserve } = ledger;
  return [
    {
      name: 'Ledger lag',
      value: behind === 0 ? 'none' : `${duration(lag)}, ${thousands(behind)} behind`,
      tone: tone(lag > 6 * lagMsWarn, lag > lagMsWarn),
      hint: 'How long the oldest thing said waits for the ledger. While it waits, nothing new starts.',
    },
    checkpointGauge(ledger),
    {
      name: 'Ledger disk',
      value: free === null ? 'not known' : `${bytes(free)} free`,
      tone: free === null || reserve === null ? 'neutral' : tone(free < reserve, free < 2 * reserve),
      hint: 'Below its reserve the ledger freezes all that is new until there is room.',
    },
    {
      name: 'Redis',
      value: `${redis.version}${redis.durable ? '' : ', not durable'}`,
      tone: tone(false, !redis.durable),
      hint: redis.durable
        ? 'It writes what it is told to disk. What the ledger acknowledged survives its loss all the same.'
        : 'It keeps nothing over a restart. What the ledger acknowledged is put back from the journal.',
    },
    {
      name: 'Clock against Redis',
      value: signedMs(redis.skew_ms),
      tone: tone(Math.abs(redis.skew_ms) > skewMsBad, Math.abs(redis.skew_ms) > skewMsWarn),
      hint: 'Beyond 5 s the gate holds everything: set the clock of this machine.',
    },
    {
      name: 'Index of runs',
      value: index.state === 'live' ? plural(index.runs, 'run') : index.state,
      tone: tone(index.state === 'failed', index.state === 'building'),
      hint:
        index.fault ??
        'The list of runs is read from the ledger’s journal, and holds nothing that is not in it.',
    },
    {
      name: 'Waiting at the gate',
      value: plural(held, 'run'),
      tone: held > 0 ? 'blue' : 'green',
      hint: 'Held runs spend no attempt: they wait for the ledger, a freeze to be lifted, or a limit.',
    },
    {
      name: 'Stalled',
      value: plural(stalled, 'run'),
      tone: tone(stalled > 0),
      hint: 'Nothing was heard of them for longer than their deadline: look at what is dead.',
    },
    {
      name: 'Uncertain',
      value: plural(uncertain, 'run'),
      tone: tone(uncertain > 0),
      hint: 'Nobody knows whether an effect took place: a person finds out, and says so.',
    },
  ];
}

const signedMs = (ms: number): string => `${ms > 0 ? '+' : ms < 0 ? '−' : ''}${thousands(Math.abs(ms))} ms`;

function checkpointGauge({
  checkpoint_size: size,
  checkpoint_age_ms: age,
  sequence,
}: Overview['ledger']): Gauge {
  const isBehind = size === null || size < sequence;
  return {
    name: 'Checkpoint',
    value:
      size === null
        ? 'none yet'
        : `${thousands(size)} of ${thousands(sequence)}${age === null ? '' : `, ${duration(age)} old`}`,
    // An idle log has no newer one; only what stands under none for long is a fault.
    tone: tone(false, isBehind && (age ?? 0) > checkpointAgeMsWarn),
    hint: 'What stands under a signed checkpoint can be proven to strangers.',
  };
}

/** A queue is late when what waits in it does not move. */
const queueAgeMsWarn = 30_000;

export const queueTone = ({ oldest_age_ms: age, failed, paused }: Queue): Tone =>
  failed > 0 ? 'red' : paused || (age !== null && age > queueAgeMsWarn) ? 'gold' : 'neutral';

/** The ones with something in them first; within, by name. */
export const queuesInOrder = (queues: readonly Queue[]): Queue[] =>
  queues.toSorted((a, b) => busy(b) - busy(a) || (a.name < b.name ? -1 : 1));

const busy = ({ waiting, active, delayed, failed }: Queue): number =>
  waiting + active + delayed + failed > 0 ? 1 : 0;

const windowWords: Readonly<Record<string, string>> = {
  primary_per_hour: 'requests an hour',
  points_per_minute: 'points a minute',
  writes_per_minute: 'writes a minute',
  writes_per_hour: 'writes an hour',
};
export const windowText = (window: string): string => windowWords[window] ?? window.replaceAll('_', ' ');

/** Nearly used up, or paused by GitHub. */
export const accountTone = ({ kept, windows, paused_until: paused }: AccountLimits): Tone => {
  if (!kept) return 'neutral';
  if (paused !== null) return 'gold';
  return windows.some(({ left, max }) => left === 0 && max > 0) ? 'gold' : 'green';
};

export const accountText = ({ kept, windows, paused_until: paused }: AccountLimits): string => {
  if (!kept) return 'no limits are kept';
  if (paused !== null) return 'paused by GitHub';
  const spent = windows.filter(({ left, max }) => left === 0 && max > 0);
  return spent.length === 0
    ? 'within its limits'
    : `none left: ${spent.map(({ window }) => windowText(window)).join(', ')}`;
};
