import type { FaultSwitch } from '@marketops/local';
import { timing } from '../crash-points/stage.js';

type Misfortune = Omit<FaultSwitch, 'method' | 'path_pattern' | 'nth' | 'count'>;

/** Later than the publisher gives a request up, and before it takes it for settled. */
const afterwardsMs = timing.request_timeout_ms / 2;

/** What may become of one request, each by the name of its column. */
export const requestFaults: Readonly<Record<string, Misfortune>> = {
  'reset before': { kind: 'reset_before' },
  'reset after': { kind: 'reset_after' },
  '502 before': { kind: 'bad_gateway_before' },
  '502 after': { kind: 'bad_gateway_after' },
  '500': { kind: 'server_error_before' },
  'slow answer': { kind: 'slow', delay_ms: timing.request_timeout_ms + afterwardsMs },
  'done late': { kind: 'late_commit', delay_ms: afterwardsMs },
  stalled: { kind: 'stall' },
  'cut short': { kind: 'cut_short' },
  '403 primary': { kind: 'rate_limited_403', retry_after_s: 1 },
  '403 secondary': { kind: 'secondary_403', retry_after_s: 1 },
  '429': { kind: 'secondary_429', retry_after_s: 1 },
};
