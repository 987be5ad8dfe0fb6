import { expect, it } from 'vitest';
import { jobIdFor } from './job-id.js';

const runId = 'run_00000000000000000000000000';

it.each(['release-1.4.0', 'a', '1.4.0', '007x', 'Wait', `k${'x'.repeat(199)}`])(
  '%s is its own job id',
  (key) => {
    expect(jobIdFor(key, runId)).toBe(key);
  },
);

it.each(['1', '0', '-5', '42', 'a:b', ':', 'meta', 'wait', 'active', 'events', 'stalled-check'])(
  '%s is not an id BullMQ can take, so the run’s id is',
  (key) => {
    expect(jobIdFor(key, runId)).toBe(runId);
  },
);
