import { type Keyring, runStream } from '@marketops/contracts';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, test } from 'vitest';
import type { JournalFile } from '../journal/file.js';
import type { JournalReport } from '../journal/report.js';
import { verifyJournalFiles } from '../journal/verify.js';
import type { Seen } from '../memory/memory.js';
import { JournalMaker } from '../testing/journal-maker.js';
import { createKeys, keyringOf, testKey } from '../testing/keys.js';
import { operation, testRunId, wholeRun } from '../testing/story.js';
import { verdictExpecter, verdictsOnMeaning } from '../testing/verdicts.js';

const keys = createKeys();
const keyring = keyringOf(keys);
const made = new Set<string>();
const expectVerdict = verdictExpecter(made);

const verify = (
  files: readonly JournalFile[],
  seen?: Seen,
  ring: Keyring = keyring,
): Promise<JournalReport> => verifyJournalFiles({ files, keyring: ring, crypto: nodeCrypto, seen });

describe('effects: what correctly signed entries may not mean', () => {
  /** A journal of one operation, of which federation and the publisher say what they are told to. */
  async function told(
    tell: (the: ReturnType<typeof operation>, maker: JournalMaker) => void,
    ring = keyring,
  ): Promise<JournalReport> {
    const maker = new JournalMaker(keys);
    wholeRun(maker, 1);
    const the = operation(maker, 2);
    maker.say('planner', the.stream, [the.planned()]);
    tell(the, maker);
    maker.commit();
    return verify(maker.files(), undefined, ring);
  }
  const minted = (the: ReturnType<typeof operation>, maker: JournalMaker, receipt: object = the.receipt) =>
    maker.say('federation', the.stream, [the.authorized(), the.issued(receipt)]);

  test('P1: an effect without a receipt, with another’s, with one that was revoked', async () => {
    const started = { sequence: 10 };
    const bare = told((the, maker) => maker.say('publisher', the.stream, [the.started()]));
    await expectVerdict(bare, 'effect_without_receipt', started);
    const others = told((the, maker) => {
      minted(the, maker);
      maker.say('publisher', the.stream, [the.started({ receipt_id: 'rcp_01JABCDEFGHJKMNPQRSTVWXYZ0' })]);
    });
    await expectVerdict(others, 'effect_without_receipt', { sequence: 12 });
    const revoked = told((the, maker) => {
      minted(the, maker);
      maker.say('federation', the.stream, [the.revoked()]);
      maker.say('publisher', the.stream, [the.started()]);
    });
    await expectVerdict(revoked, 'effect_without_receipt', { sequence: 13 });
    const foreign = told((the, maker) => {
      minted(the, maker);
      maker.say('publisher', the.stream, [the.started(the.receipt, { operation_id: 'release' })]);
    });
    await expectVerdict(foreign, 'effect_without_receipt', { sequence: 12 });
  });

  test('P4: a receipt used twice, before its end and after', async () => {
    const twice = told((the, maker) => {
      minted(the, maker);
      maker.say('publisher', the.stream, [the.started(), the.started()]);
    });
    await expectVerdict(twice, 'receipt_reused', { sequence: 13 });
    const afterEnd = told((the, maker) => {
      minted(the, maker);
      maker.say('publisher', the.stream, [the.started(), the.ended('operation.failed'), the.started()]);
    });
    await expectVerdict(afterEnd, 'effect_without_receipt', { sequence: 14 });
  });

  test('P5: a receipt used after its time', async () => {
    const late = told((the, maker) => {
      minted(the, maker);
      maker.say('publisher', the.stream, [{ ...the.started(), time: '2026-03-01T13:00:31.000Z' }]);
    });
    await expectVerdict(late, 'receipt_outlived', { sequence: 12 });
  });

  test('F2: a receipt without a decision, under another policy, beyond its authorization', async () => {
    const bare = told((the, maker) => maker.say('federation', the.stream, [the.issued()]));
    await expectVerdict(bare, 'receipt_without_policy', { sequence: 10 });
    const other = told((the, maker) =>
      maker.say('federation', the.stream, [the.authorized({ policy_digest: 'f'.repeat(64) }), the.issued()]),
    );
    await expectVerdict(other, 'receipt_without_policy', { sequence: 11 });
    const second = told((the, maker) => {
      minted(the, maker);
      maker.say('federation', the.stream, [the.issued(the.receiptOf())]);
    });
    await expectVerdict(second, 'receipt_without_policy', { sequence: 12 });
    const outliving = told((the, maker) => {
      minted(the, maker);
      const renewed = the.receiptOf({
        supersedes: the.receipt.receipt_id,
        expires_at: '2026-03-02T12:00:00.001Z',
      });
      maker.say('federation', the.stream, [the.expired(), the.issued(renewed)]);
    });
    await expectVerdict(outliving, 'receipt_without_policy', { sequence: 13 });
  });

  test('F1: a receipt the mint did not sign, and one by a mint key that was revoked', async () => {
    const stranger = testKey('federation-mint-1', 'mint', 'federation');
    const forged = told((the, maker) => minted(the, maker, the.receiptOf({}, stranger)));
    await expectVerdict(forged, 'receipt_forged', { sequence: 11 });
    const byActor = told((the, maker) => minted(the, maker, the.receiptOf({}, keys.actors.federation)));
    await expectVerdict(byActor, 'receipt_forged', { sequence: 11 });
    const unsigned = told((the, maker) => {
      const { signatures: _, ...claims } = the.receipt;
      minted(the, maker, claims);
    });
    await expectVerdict(unsigned, 'receipt_forged', { sequence: 11 });
    const ring = keyringOf(keys, { 'federation-mint-1': '2026-02-01T00:00:00.000Z' });
    const revoked = told((the, maker) => minted(the, maker), ring);
    await expectVerdict(revoked, 'key_revoked');
  });

  test('R1: a receipt for another operation, plan or run', async () => {
    for (const more of [
      { operation_digest: 'f'.repeat(64) },
      { plan_digest: 'f'.repeat(64) },
      { run_id: testRunId(9) },
    ]) {
      const misbound = told((the, maker) => minted(the, maker, the.receiptOf(more)));
      await expectVerdict(misbound, 'receipt_misbound', { sequence: 11 });
    }
  });

  test('X1: an outcome without a start, or of another execution', async () => {
    const bare = told((the, maker) => maker.say('publisher', the.stream, [the.ended()]));
    await expectVerdict(bare, 'outcome_without_start', { sequence: 10 });
    const other = told((the, maker) => {
      minted(the, maker);
      const ended = the.ended('operation.succeeded', the.receipt, {
        execution_id: '01JABCDEFGHJKMNPQRSTVWXYZ0',
      });
      maker.say('publisher', the.stream, [the.started(), ended]);
    });
    await expectVerdict(other, 'outcome_without_start', { sequence: 13 });
  });

  test('P6: an outcome bound to another receipt', async () => {
    const unbound = told((the, maker) => {
      minted(the, maker);
      maker.say('publisher', the.stream, [the.started(), the.ended('operation.succeeded', the.receiptOf())]);
    });
    await expectVerdict(unbound, 'audit_misbound', { sequence: 13 });
  });

  test('P6: a record of another operation than the one it stands with: its kind, repository, run, id or mode', async () => {
    const inline = { repository: { id: 1, owner: 'acme', name: 'widgets' } };
    const recorded = (more: object, planned: object = {}) => {
      const maker = new JournalMaker(keys);
      const the = operation(maker, 1);
      maker.say('planner', the.stream, [the.planned({ operation: { inline }, ...planned })]);
      minted(the, maker);
      const { type, data } = the.ended();
      const audit = { ...data.audit, ...more };
      maker.say('publisher', the.stream, [the.started(), { type, data: { ...data, audit } }]);
      maker.commit();
      return verify(maker.files());
    };
    const wrong: readonly object[] = [
      { operation_kind: 'publish_release' },
      { repository: 'acme/website' },
      { run_id: testRunId(2) },
      { operation_id: 'release' },
      { mode: 'dry_run' },
      { repository: null },
    ];
    for (const more of wrong) await expectVerdict(recorded(more), 'audit_untrue', { sequence: 5 });
    expect(await recorded({})).toMatchObject({ ok: true });
    // A repository in a blob is not in the journal; a record of another receipt is told as that.
    const inBlob = { operation: { blob: 'sha256:0' } };
    expect(await recorded({ repository: 'acme/website' }, inBlob)).toMatchObject({ ok: true });
    const both = recorded({ receipt_id: 'rcp_01JABCDEFGHJKMNPQRSTVWXYZ0', repository: 'acme/website' });
    await expectVerdict(both, 'audit_misbound', { sequence: 5 });
  });

  test('P6: a record of another operation, after a redrive and of a refusal', async () => {
    const redriven = told((the, maker) => {
      minted(the, maker);
      maker.say('publisher', the.stream, [the.started(), the.ended('operation.failed')]);
      maker.say('planner', the.stream, [the.redriven()]);
      const again = the.receiptOf({ supersedes: the.receipt.receipt_id });
      minted(the, maker, again);
      const { type, data } = the.ended('operation.succeeded', again);
      const audit = { ...data.audit, operation_kind: 'open_pr' };
      maker.say('publisher', the.stream, [the.started(again), { type, data: { ...data, audit } }]);
    });
    await expectVerdict(redriven, 'audit_untrue', { sequence: 18 });
    const refused = told((the, maker) => {
      minted(the, maker);
      const { data } = the.ended();
      const audit = { ...data.audit, run_id: testRunId(1) };
      maker.say('publisher', the.stream, [{ type: 'operation.refused', data: { ...data, audit } }]);
    });
    await expectVerdict(refused, 'audit_untrue', { sequence: 12 });
  });

  test('D1, D4: a dry run that ships', async () => {
    const dry = { mode: 'dry_run' as const };
    const started = told((the, maker) => {
      minted(the, maker);
      maker.say('publisher', the.stream, [{ ...the.started(), ...dry }]);
    });
    await expectVerdict(started, 'dry_run_shipped', { sequence: 12 });
    const issued = told((the, maker) => {
      maker.say('federation', the.stream, [
        { ...the.authorized(), ...dry },
        { ...the.issued(), ...dry },
      ]);
    });
    await expectVerdict(issued, 'dry_run_shipped', { sequence: 11 });
    const ended = told((the, maker) => maker.say('publisher', the.stream, [{ ...the.ended(), ...dry }]));
    await expectVerdict(ended, 'dry_run_shipped', { sequence: 10 });
    // Planned as a dry run and shipped as something else: the receipt is not for what was planned.
    const maker = new JournalMaker(keys);
    const the = operation(maker, 1);
    maker.say('planner', the.stream, [{ ...the.planned(), ...dry }]);
    minted(the, maker);
    maker.commit();
    await expectVerdict(verify(maker.files()), 'receipt_misbound', { sequence: 3 });
  });

  test('P4: a receipt issued again, or another while what was started has not ended', async () => {
    const sayTwice = (first: (the: ReturnType<typeof operation>, maker: JournalMaker) => void) =>
      told((the, maker) => {
        minted(the, maker);
        maker.say('publisher', the.stream, [the.started()]);
        first(the, maker);
        minted(the, maker);
        maker.say('publisher', the.stream, [the.started()]);
      });
    const open = sayTwice(() => undefined);
    await expectVerdict(open, 'receipt_reused', { sequence: 14 });
    const redriven = sayTwice((the, maker) => {
      maker.say('publisher', the.stream, [the.ended('operation.failed')]);
      maker.say('planner', the.stream, [the.redriven()]);
    });
    await expectVerdict(redriven, 'receipt_reused', { sequence: 16 });
    const another = told((the, maker) => {
      minted(the, maker);
      maker.say('publisher', the.stream, [the.started()]);
      minted(the, maker, the.receiptOf({ supersedes: the.receipt.receipt_id }));
    });
    await expectVerdict(another, 'receipt_without_policy', { sequence: 14 });
  });

  test('F2: after a redrive, a receipt that does not name the one before it', async () => {
    const forgetful = told((the, maker) => {
      minted(the, maker);
      maker.say('publisher', the.stream, [the.started(), the.ended('operation.failed')]);
      maker.say('planner', the.stream, [the.redriven()]);
      minted(the, maker, the.receiptOf());
    });
    await expectVerdict(forgetful, 'receipt_without_policy', { sequence: 16 });
  });

  test('E3: an operation planned again, so that what was done with it would be forgotten', async () => {
    const again = told((the, maker) => {
      minted(the, maker);
      maker.say('publisher', the.stream, [the.started(), the.ended()]);
      maker.say('planner', the.stream, [the.planned()]);
      minted(the, maker);
    });
    await expectVerdict(again, 'emitter_not_allowed', { sequence: 14 });
    expect((await again).violations.map(({ code }) => code)).toContain('receipt_misbound');
  });

  test('F2: a first receipt that outlives its authorization, and a time that is none', async () => {
    for (const expires_at of ['2036-03-01T12:00:00.000Z', '+275760-09-12T00:00:00.000Z', 'never']) {
      const outliving = told((the, maker) => minted(the, maker, the.receiptOf({ expires_at })));
      await expectVerdict(outliving, 'receipt_without_policy', { sequence: 11 });
    }
  });

  test('R1: a receipt for another system: its environment, or its log', async () => {
    const audience = {
      environment: 'test',
      api_origin: 'https://api.github.com',
      log_origin: 'ledger.test/log',
    };
    for (const more of [{ environment: 'staging' }, { log_origin: 'ledger.test/other' }]) {
      const foreign = told((the, maker) =>
        minted(the, maker, the.receiptOf({ audience: { ...audience, ...more } })),
      );
      await expectVerdict(foreign, 'receipt_misbound', { sequence: 11 });
    }
  });

  test('D1: a run that is dry by its own words and not by its operations’, or planned as blocked', async () => {
    const maker = new JournalMaker(keys);
    const the = operation(maker, 1);
    const requested = { principal: 'ci', idempotency_key: 'one', request_digest: 'a'.repeat(64) };
    maker.say('planner', runStream(the.runId), [
      { type: 'plan.requested', data: requested, mode: 'dry_run' },
    ]);
    maker.say('planner', the.stream, [the.planned()]);
    minted(the, maker);
    maker.commit();
    await expectVerdict(verify(maker.files()), 'dry_run_shipped', { sequence: 4 });
    const other = new JournalMaker(keys);
    const blocked = operation(other, 1);
    other.say('planner', blocked.stream, [blocked.planned({ blocked_by_mode: true })]);
    minted(blocked, other);
    other.commit();
    await expectVerdict(verify(other.files()), 'receipt_misbound', { sequence: 3 });
  });

  test('what is right is not called wrong: renewal, retries, uncertainty, redrive, and nothing at all', async () => {
    const renewed = await told((the, maker) => {
      minted(the, maker);
      const next = the.receiptOf({ supersedes: the.receipt.receipt_id });
      maker.say('federation', the.stream, [the.expired(), the.issued(next)]);
      maker.say('publisher', the.stream, [the.started(next), the.ended('operation.retried', next)]);
      maker.say('publisher', the.stream, [
        the.ended('operation.resumed', next),
        the.ended('operation.failed', next),
      ]);
      maker.say('planner', the.stream, [the.redriven()]);
      const again = the.receiptOf({ supersedes: next.receipt_id });
      maker.say('federation', the.stream, [the.authorized(), the.issued(again)]);
      maker.say('publisher', the.stream, [the.started(again), the.ended('operation.uncertain', again)]);
      // Whoever says it: what may have happened is not open again.
      maker.say('planner', the.stream, [the.redriven()]);
      maker.say('publisher', the.stream, [the.ended('operation.reconciled', again, { found: 'effect' })]);
    });
    expect(renewed).toMatchObject({ ok: true, violations: [] });
    expect(await told((the, maker) => maker.say('planner', the.stream, [the.skipped()]))).toMatchObject({
      ok: true,
    });
  });

  test('one violation does not hide the next, and more than a hundred are counted', async () => {
    const maker = new JournalMaker(keys);
    for (let run = 1; run <= 150; run += 1) {
      const the = operation(maker, run);
      maker.say('publisher', the.stream, [the.started()]);
    }
    maker.commit();
    const report = await verify(maker.files());
    expect(report).toMatchObject({ ok: false, entries: 150, violationsFound: 150 });
    expect(report.violations.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 100 }, (_, at) => at + 1),
    );
  });
});

test('every verdict on meaning there is has been made on purpose', () => {
  expect([...verdictsOnMeaning].filter((code) => !made.has(code))).toEqual([]);
});
