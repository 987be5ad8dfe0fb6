import type { FaultSwitch } from '@marketops/local';
import type { FaultPoint } from '@marketops/publisher';
import { timing } from './stage.js';
import type { Subject } from './subjects.js';

/** What goes wrong before the cell's own misfortune, so that an execution comes to points that it passes in no calm one. */
export interface Prelude {
  readonly name: string;
  readonly fits: (subject: Subject) => boolean;
  /** @param repositories a regular expression for the beginning of the path */
  readonly faults: (repositories: string) => readonly FaultSwitch[];
  /** Where the execution takes its time, and how much of it. */
  readonly linger?: { readonly point: FaultPoint; readonly ms: number };
}

const always = (): boolean => true;
const nothing = (): readonly FaultSwitch[] => [];

export const calm: Prelude = { name: 'calm', fits: always, faults: nothing };

/** In the order in which they are recorded: a point belongs to the first that comes to it. */
export const preludes: readonly Prelude[] = [
  calm,
  {
    // Its first write is answered with 502, and nothing was done: the attempt lets go, and another one goes on.
    name: 'refused once',
    fits: always,
    faults: (repositories) => [{ kind: 'bad_gateway_before', path_pattern: repositories }],
  },
  {
    // Before its first write so much time has passed that the lease is renewed.
    name: 'slow',
    fits: always,
    faults: nothing,
    linger: { point: 'look_up.before', ms: timing.lease_ms - timing.request_timeout_ms + 100 },
  },
  {
    // An upload breaks off, and what lies in its place is taken away.
    name: 'half an upload',
    fits: ({ operation }) => 'assets' in operation || 'asset' in operation,
    faults: (repositories) => [{ kind: 'half_upload', path_pattern: `${repositories}.*/assets\\?` }],
  },
];
