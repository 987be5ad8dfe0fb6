import { describe, expect, it } from 'vitest';
import { sayableBy } from './sayable.js';

const by = (code: string | null, principal = 'ci', grants: readonly string[] = []) =>
  sayableBy('alice', {
    principal,
    caller: { may: code === null, code, why: code === null ? null : 'why not', grants: [...grants] },
  });

describe('what somebody may still say of a plan', () => {
  it('given it could count, then yes, no, and never mind for what was said', () => {
    expect(by(null)).toEqual(['grant', 'deny']);
    expect(by(null, 'ci', ['apr_1'])).toEqual(['grant', 'deny', 'withdraw']);
  });

  it('given it is their own plan, then neither yes nor no', () => {
    expect(by('own_plan', 'alice')).toEqual([]);
    expect(by('own_plan', 'alice', ['apr_1'])).toEqual(['withdraw']);
  });

  it.each(['own_plan', 'run_ended', 'request_expired'])(
    'given a grant would not count (%s), then a denial still does',
    (code) => expect(by(code)).toEqual(['deny']),
  );

  it('given it is decided, or a reason this page does not know, then nothing new', () => {
    expect(by('already_decided')).toEqual([]);
    expect(by('already_decided', 'ci', ['apr_1'])).toEqual(['withdraw']);
    expect(by('something_new')).toEqual([]);
  });
});
