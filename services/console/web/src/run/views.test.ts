import type { Check, OperationDetail, RunDetail, States, TimelineStep, WhyNot } from '@marketops/client';
import { gateChecks } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { bannerView, checkWords, msUntil, tallyText } from './banner-view.js';
import { operationsCsv } from './export-run.js';
import { httpUrl } from './http-url.js';
import { chainBreaks, type Phase, phaseParts } from './phase-view.js';
import { replayAt } from './replay-view.js';
import { whyNotViews } from './why-not-view.js';

const checks = (verdictOf: (check: Check['check']) => Check['verdict']): Check[] =>
  gateChecks.map((check, at) => ({
    ...{ number: at + 1, check, verdict: verdictOf(check) },
    ...{ evidence: '', asked_at: null },
  }));

const operation = (over: Partial<OperationDetail> = {}) =>
  ({ operation_id: 'tag', would_ship: true, checks: checks(() => 'holds'), ...over }) as OperationDetail;

const until = '2026-01-31T13:00:00.000Z';
const run = (kind: RunDetail['banner']['kind'], over: Partial<RunDetail> = {}) =>
  ({
    banner: { kind, receipt_expires_at: until, operation_id: 'tag' },
    ...{ mode: 'prod', status: 'planned', operations: [operation()], outcome: null, rejected: null },
    why_not_shipped: [],
    ...over,
  }) as RunDetail;

const outcome = (status: string, succeeded: number) => ({
  ...{ status, succeeded, failed: 0, blocked: 0, skipped: 0, uncertain: 0 },
});

describe('the mode banner', () => {
  it('given a dry run, then it is gold: blocked, safe, and nothing expires', () => {
    const view = bannerView(run('dry_run', { mode: 'dry_run', status: 'blocked' }));
    expect(view).toMatchObject({ tone: 'gold', title: 'Dry run: blocked, safe', expiresAt: undefined });
    expect(view.sentence).toContain('1 of 1 operation could ship');
  });

  it('given prod without authority, then it is blue, and waits', () => {
    expect(bannerView(run('waiting'))).toMatchObject({
      tone: 'blue',
      title: 'Prod: waiting',
      expiresAt: undefined,
    });
  });

  it('given prod with a live receipt, then it is green with all twelve checks, until it expires', () => {
    const view = bannerView(run('authorized'));
    expect(view).toMatchObject({ tone: 'green', sentence: 'All twelve checks hold.', expiresAt: until });
    expect(view.checked?.checks).toHaveLength(12);
  });

  it('given the page stays open past the expiry, then it is green no longer', () => {
    expect(bannerView(run('authorized'), 1)).toMatchObject({ tone: 'green' });
    const view = bannerView(run('authorized'), 0);
    expect(view).toMatchObject({ tone: 'blue', title: 'Prod: the receipt has expired' });
    expect(view.sentence).not.toContain('hold');
    expect(tallyText(view.checked?.checks ?? [])).toBe('11 hold, 1 fails');
  });

  it.each([
    ['waits', 'blue', '11 of the twelve checks hold; 1 would make it wait.'],
    ['fails', 'red', '1 of the twelve checks would fail: it would be refused.'],
    ['gate', 'green', '11 of the twelve checks hold so far.'],
  ] as const)(
    'given a receipt and one check that %s, then it does not say that all hold',
    (verdict, tone, sentence) => {
      const one = operation({ checks: checks((check) => (check === 'acknowledged' ? verdict : 'holds')) });
      expect(bannerView(run('authorized', { operations: [one] }))).toMatchObject({ sentence, tone });
    },
  );

  it('given all twelve checks hold and the publisher holds it back, then it is not green', () => {
    const reason = (kind: WhyNot['kind'], over: Partial<WhyNot> = {}) =>
      ({ kind, operation_id: 'tag', verified: true, ...over }) as WhyNot;
    const view = (one: WhyNot) => bannerView(run('authorized', { why_not_shipped: [one] }));
    expect(view(reason('throttled'))).toMatchObject({
      ...{ tone: 'blue', title: 'Prod: authorized, but held' },
      sentence: 'All twelve checks hold. It waits until the account has room for it.',
    });
    expect(view(reason('held')).tone).toBe('blue');
    // Nobody vouches for the one, and the other is another operation's.
    expect(view(reason('held', { verified: false })).tone).toBe('green');
    expect(view(reason('held', { operation_id: 'release' })).tone).toBe('green');
  });

  it.each([
    ['completed', 'green', 'Prod: shipped'],
    ['partial', 'red', 'Prod: shipped in part'],
    ['failed', 'red', 'Prod: failed'],
    ['blocked', 'gold', 'Prod: blocked'],
    ['cancelled', 'neutral', 'Cancelled'],
  ] as const)('given a run that ended %s, then it says so in %s', (status, tone, title) => {
    expect(bannerView(run('ended', { outcome: outcome(status, 1) }))).toMatchObject({ tone, title });
  });

  it('given a request that could not be planned, then it counts the faults', () => {
    const rejected = { code: 'plan_invalid', faults: [{ path: 'x', message: 'y' }] };
    expect(bannerView(run('rejected', { rejected })).sentence).toContain('1 fault.');
  });

  it('has words for each of the gate’s checks, and counts them', () => {
    expect(Object.keys(checkWords)).toEqual([...gateChecks]);
    expect(tallyText(checks((check) => (check === 'mode' ? 'fails' : 'holds')))).toBe('11 hold, 1 fails');
  });

  it('counts down by the server’s clock, whatever this machine’s says', () => {
    const readAt = Date.parse('2031-05-05T00:00:00Z');
    expect(msUntil(until, '2026-01-31T12:59:00.000Z', readAt, readAt + 10_000)).toBe(50_000);
  });
});

describe('why it has not shipped', () => {
  const why = (over: Partial<WhyNot>): WhyNot => ({
    ...{ kind: 'held', operation_id: null, code: 'c', message: 'm', remedy: 'r', security_alert: false },
    ...{ verified: true, policy_id: null, throttled_until: null, time: null },
    ...over,
  });

  it('has a possible attack first and red, whatever kind it is', () => {
    const views = whyNotViews([
      why({ kind: 'failed' }),
      why({ kind: 'mode' }),
      why({ kind: 'held', security_alert: true, verified: false }),
    ]);
    expect(views.map(({ tone }) => tone)).toEqual(['red', 'red', 'gold']);
    expect(views[0]?.why.security_alert).toBe(true);
  });

  it('says once what is the same for several operations, in the policy’s own words', () => {
    const said = { kind: 'policy_violation', message: 'Not on a Friday.', policy_id: 'friday' } as const;
    const views = whyNotViews([
      why({ ...said, operation_id: 'tag', time: '1' }),
      why({ ...said, operation_id: 'release', time: '2' }),
      why({ ...said, operation_id: 'release', message: 'Not by ci.' }),
    ]);
    expect(views.map(({ operations, why: { message } }) => [message, operations])).toEqual([
      ['Not on a Friday.', ['tag', 'release']],
      ['Not by ci.', ['release']],
    ]);
  });

  it('shows a kind of reason that it does not know', () => {
    expect(whyNotViews([why({ kind: 'new' as WhyNot['kind'] })])[0]).toMatchObject({ tone: 'neutral' });
  });
});

describe('the replay', () => {
  const moment = (operationId: string | null, state: string) => ({ operation_id: operationId, state });
  const moments = [moment(null, 'requested'), moment('tag', 'planned'), moment(null, 'planned')];
  const states = { run_id: 'run_x', operations: ['tag'], moments } as unknown as States;

  it('shows everything as it stood after so many events, and what the last of them moved', () => {
    const at = (number: number) =>
      replayAt(states, number).subjects.map(({ state, changed }) => [state, changed]);
    expect(at(0)).toEqual([
      ['none', false],
      ['none', false],
    ]);
    expect(at(2)).toEqual([
      ['requested', false],
      ['planned', true],
    ]);
    expect(at(3)).toEqual([
      ['planned', true],
      ['planned', false],
    ]);
    expect(replayAt(states, 0).moment).toBeUndefined();
  });
});

describe('the timeline', () => {
  const phase = (started: boolean, ms: number | null) =>
    ({ phase: 'plan', started_at: started ? until : null, duration_ms: ms }) as Phase;

  it('has the phases that have begun share the bar by their time, none too small to be seen', () => {
    const parts = phaseParts([phase(true, 1), phase(true, 999), phase(false, null)]);
    expect(parts).toHaveLength(2);
    expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    expect(parts[0]?.share).toBeGreaterThan(0.05);
    expect(phaseParts([phase(true, 0)])).toMatchObject([{ share: 1 }]);
  });

  it('sees an entry that does not follow from the one before it', () => {
    const step = (sequence: number, hash: string, prev: string) =>
      ({ chain: { sequence, hash, prev_hash: prev } }) as TimelineStep;
    const steps = [step(7, 'c', 'b'), step(5, 'a', '0'), { chain: null } as TimelineStep, step(6, 'b', 'a')];
    expect(chainBreaks(steps)).toEqual([]);
    expect(chainBreaks([...steps, step(8, 'd', 'x')])).toEqual([8]);
    // Between them stand entries of other runs.
    expect(chainBreaks([step(10, 'e', 'y'), step(12, 'g', 'z')])).toEqual([]);
  });
});

describe('what leaves the page', () => {
  it('is a link only where a browser may go there', () => {
    expect(httpUrl('https://github.com/acme/widgets')).toBe('https://github.com/acme/widgets');
    for (const odd of ['javascript:alert(1)', 'data:text/html,x', 'widgets', ''])
      expect(httpUrl(odd)).toBeUndefined();
  });

  it('is a line per operation, with nothing that a spreadsheet would run', () => {
    const one = operation({ kind: 'tag_repo', repository: '=1+1', phase: 'planned' });
    const text = operationsCsv({ run_id: 'run_x', operations: [one] });
    expect(text.split('\r\n')[1]).toContain(`"run_x","tag","tag_repo","'=1+1","planned"`);
  });
});
