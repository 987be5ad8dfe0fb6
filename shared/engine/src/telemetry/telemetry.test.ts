import { expect, it } from 'vitest';
import { ratioFrom } from './telemetry.js';

it.each([
  [{}, 1],
  [{ OTEL_TRACES_SAMPLER_ARG: '0.25' }, 0.25],
  [{ OTEL_TRACES_SAMPLER_ARG: '' }, 1],
  [{ OTEL_TRACES_SAMPLER_ARG: '7' }, 1],
  [{ OTEL_TRACES_SAMPLER_ARG: 'x' }, 1],
  [{ OTEL_TRACES_SAMPLER: 'always_off' }, 0],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off', OTEL_TRACES_SAMPLER_ARG: '1' }, 0],
])('given %j, then so many runs are traced: %d', (env, ratio) => expect(ratioFrom(env)).toBe(ratio));
