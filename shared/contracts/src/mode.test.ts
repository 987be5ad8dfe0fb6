import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ModeViolationError } from './errors.js';
import { Mode, parseMode } from './mode.js';

afterEach(() => vi.unstubAllEnvs());

describe('mode', () => {
  it.each([
    ['prod', 'prod'],
    ['dry_run', 'dry_run'],
    [undefined, 'dry_run'],
  ])('D3: given %j, then it is %s', (asked, mode) => {
    expect(parseMode(asked)).toBe(mode);
  });

  it.each([
    'PROD',
    'Prod',
    ' prod',
    'prod ',
    'prod\n',
    'p\u200brod',
    'рrod',
    'production',
    'dry-run',
    'DRY_RUN',
    'live',
    '',
    'true',
    true,
    false,
    0,
    1,
    null,
    [],
    ['prod'],
    {},
    { mode: 'prod' },
    Object('prod'),
    { toString: () => 'prod' },
  ])('D3: given %j, then the run stops', (asked) => {
    expect(() => parseMode(asked)).toThrow(ModeViolationError);
    expect(Mode.safeParse(asked).success).toBe(false);
  });

  it('D3: given anything at all, then it is one of the two words exactly, or it stops', () => {
    fc.assert(
      fc.property(fc.anything(), (asked) => {
        let mode: unknown;
        try {
          mode = parseMode(asked);
        } catch (fault) {
          expect(fault).toMatchObject({ code: 'mode_invalid', retry: 'terminal' });
          return;
        }
        expect(mode).toBe(asked === undefined ? 'dry_run' : asked);
        expect(['dry_run', 'prod']).toContain(mode);
      }),
    );
  });

  it('D3: given an environment that says prod under any name, then a missing mode is a dry run', () => {
    for (const name of ['MODE', 'MARKETOPS_MODE', 'DRY_RUN', 'NODE_ENV', 'CI']) vi.stubEnv(name, 'prod');
    expect(parseMode(undefined)).toBe('dry_run');
  });

  it('given a wrong mode, then what is shown of it is short and quoted, and says what to write', () => {
    expect.assertions(2);
    try {
      parseMode(`prod\u001b[31m${'x'.repeat(10_000)}`);
    } catch (fault) {
      if (!(fault instanceof ModeViolationError)) throw fault;
      expect(fault.message.length).toBeLessThan(150);
      expect(fault.message + fault.next).not.toContain('\u001b');
    }
  });
});
