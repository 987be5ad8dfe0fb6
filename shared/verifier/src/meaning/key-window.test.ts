import { type Keyring, runStream } from '@marketops/contracts';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, test } from 'vitest';
import { verifyJournalFiles } from '../journal/verify.js';
import { type EventToSay, JournalMaker } from '../testing/journal-maker.js';
import { createKeys, keyringOf } from '../testing/keys.js';
import { operation, testRunId } from '../testing/story.js';
import { verdictExpecter } from '../testing/verdicts.js';

const keys = createKeys();
const keyring = keyringOf(keys);
const expectVerdict = verdictExpecter(new Set());
const verify = (maker: JournalMaker, ring: Keyring) =>
  verifyJournalFiles({ files: maker.files(), keyring: ring, crypto: nodeCrypto });

describe('a key used outside the time it is listed for', () => {
  const from = '2026-03-01T12:00:00.000Z';
  const ringWith = (keyId: string, window: { not_before?: string; not_after?: string }): Keyring => ({
    ...keyring,
    keys: keyring.keys.map((key) => (key.key_id === keyId ? { ...key, ...window } : key)),
  });
  const run = (keyId: string, window: Parameters<typeof ringWith>[1], at = from, said = at) => {
    const maker = new JournalMaker(keys);
    maker.now = at;
    const the = operation(maker, 1);
    const timed = (event: EventToSay): EventToSay => ({ ...event, time: said });
    maker.say('planner', the.stream, [timed(the.planned())]);
    maker.say('federation', the.stream, [timed(the.authorized()), timed(the.issued())]);
    maker.commit();
    return verify(maker, ringWith(keyId, window));
  };

  test.each([
    ['an actor before its key', 'planner-actor-1', { not_before: '2026-03-01T12:00:30.001Z' }, 1],
    ['an actor after its key', 'planner-actor-1', { not_after: '2026-03-01T11:59:30.000Z' }, 1],
    ['the mint before its key', 'federation-mint-1', { not_before: '2026-03-01T12:00:30.001Z' }, 3],
    ['the mint after its key', 'federation-mint-1', { not_after: '2026-03-01T11:59:30.000Z' }, 3],
    ['the ledger before its key', 'ledger-acknowledgement-1', { not_before: '2026-03-01T12:00:30.001Z' }, 1],
    ['the ledger after its key', 'ledger-acknowledgement-1', { not_after: '2026-03-01T11:59:30.000Z' }, 1],
  ])('E3: %s, by more than clocks may differ', async (_who, keyId, window, sequence) => {
    await expectVerdict(run(keyId, window), 'key_out_of_time', { sequence });
    // A millisecond less is a clock that goes wrong.
    const clocks = Object.fromEntries(
      Object.entries(window).map(([name, time]) => [
        name,
        new Date(Date.parse(time) + (name === 'not_before' ? -1 : 1)).toISOString(),
      ]),
    );
    expect(await run(keyId, clocks)).toMatchObject({ ok: true });
  });

  test('E3: given the signer dates it back, then the ledger’s clock tells it after a day, and what waited is no fault', async () => {
    const window = { not_after: '2026-03-01T12:00:00.000Z' };
    const inTime = '2026-03-01T11:59:59.000Z';
    const waited = run('planner-actor-1', window, '2026-03-02T11:59:59.999Z', inTime);
    expect(await waited).toMatchObject({ ok: true });
    const late = run('planner-actor-1', window, '2026-03-02T12:00:00.000Z', inTime);
    await expectVerdict(late, 'key_out_of_time', { sequence: 1 });
  });

  test('E3: given the signer dates it forward, then the ledger had it before there was the key', async () => {
    const window = { not_before: '2026-03-01T12:00:30.001Z' };
    const forward = run('planner-actor-1', window, from, '2026-03-01T12:00:31.000Z');
    await expectVerdict(forward, 'key_out_of_time', { sequence: 1 });
  });

  test('a segment of many events tells it once', async () => {
    const maker = new JournalMaker(keys);
    const requested = { type: 'run.stalled', data: {} };
    maker.say('planner', runStream(testRunId(1)), [requested, requested, requested]);
    maker.commit();
    const ring = ringWith('planner-actor-1', { not_after: '2026-01-02T00:00:00.000Z' });
    const report = await verify(maker, ring);
    expect(report.violations.map(({ code, sequence }) => [code, sequence])).toEqual([['key_out_of_time', 1]]);
  });
});
