import { type EventDraft, type OperatorCommand, operationStream, runStream } from '@marketops/contracts';
import { HoldError } from '@marketops/engine';
import { commandBy, type OutsideName } from '@marketops/engine/testing';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { partitionOf } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sayEnd } from './testing/end.js';
import { type Harness, openHarness, releaseRequest, runIdOf, tagRequest } from './testing/harness.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness();
});
afterEach(() => its.engine.close());

const runId = runIdOf('k1');
const types = async (stream: string) => (await its.engine.events(stream)).map(({ type }) => type);
const authorizations = () =>
  its.engine.jobs
    .splice(0)
    .filter(({ queue }) => queue === '{authorizations}')
    .map(({ jobId, data }) => [jobId, data['operation_ids']]);

type Over = Partial<Omit<OperatorCommand, 'signature'>>;
const order = (over: Over = {}, who: OutsideName = 'alice') =>
  commandBy(
    its.engine.keys,
    who,
    { kind: 'redrive', run_id: runId, operations: 'all' },
    its.engine.clock.nowMs(),
    over,
  );
const redrive = (operations: string[], over: Over = {}) =>
  order({ action: { kind: 'redrive', run_id: runId, operations }, ...over });
/** The console's word: it carries whatever it was given. */
const carry = async (command: OperatorCommand, principal = command.principal) => {
  const stream = runStream(runId);
  const draft: EventDraft = { type: 'run.redriven', data: { principal, command } };
  await its.engine.say('console', stream, (await its.engine.events(stream)).length, [draft]);
};
const obey = async (command: OperatorCommand) => {
  await carry(command);
  await its.look(runId);
};

/** The tag has succeeded, the release failed, the pull request was skipped, and the run has ended. */
async function partialRun(): Promise<void> {
  await its.plan(releaseRequest());
  await sayEnd(its, runId, 'tag', 'operation.succeeded');
  await its.look(runId);
  await sayEnd(its, runId, 'release', 'operation.failed');
  await its.look(runId);
  expect((await its.run(runId)).completed?.data.status).toBe('partial');
  its.engine.jobs.splice(0);
}
const phases = async () =>
  Promise.all(['tag', 'release', 'pr'].map(async (id) => (await its.operation(runId, id)).phase));

describe('an order to redrive', () => {
  beforeEach(partialRun);

  it('R3: given all of the run, then what failed is open again, with what waited for it, and only what is free goes to federation', async () => {
    const command = order({ reason: 'GitHub is back' });
    await obey(command);
    expect(await phases()).toEqual(['succeeded', 'planned', 'planned']);
    expect((await its.operation(runId, 'release')).redriven?.data).toEqual({
      operation_id: 'release',
      command_id: command.command_id,
      previous_receipt_id: null,
      reason: 'GitHub is back',
    });
    expect(authorizations()).toEqual([[`${runId}.redriven-${command.command_id}-0`, ['release']]]);
    expect(await its.engine.store.overdue(partitionOf(runStream(runId)), Number.MAX_SAFE_INTEGER, 9)).toEqual(
      [runId],
    );

    await sayEnd(its, runId, 'release', 'operation.succeeded');
    await its.look(runId);
    expect(authorizations()).toEqual([[`${runId}.pr.r1`, ['pr']]]);
    await sayEnd(its, runId, 'pr', 'operation.succeeded');
    await its.look(runId);
    expect((await its.run(runId)).completed?.data).toMatchObject({ status: 'completed', succeeded: 3 });
    expect((await types(runStream(runId))).filter((type) => type === 'run.completed')).toHaveLength(2);
    expect(await its.engine.store.overdue(partitionOf(runStream(runId)), Number.MAX_SAFE_INTEGER, 9)).toEqual(
      [],
    );
  });

  it('given one operation by name, then only that one, and the run ends again as it then stands', async () => {
    await obey(redrive(['release']));
    expect(await phases()).toEqual(['succeeded', 'planned', 'skipped']);
    await sayEnd(its, runId, 'release', 'operation.succeeded');
    await its.look(runId);
    expect((await its.run(runId)).completed?.data).toMatchObject({
      status: 'partial',
      succeeded: 2,
      skipped: 1,
    });
    await obey(order());
    expect(await phases()).toEqual(['succeeded', 'succeeded', 'planned']);
  });

  it('E2: given the look is repeated, by the sweeper too, then the order is obeyed once', async () => {
    await carry(order());
    await Promise.all(Array.from({ length: 8 }, () => its.look(runId)));
    await its.look(runId, true);
    expect(
      (await types(operationStream(runId, 'release'))).filter((type) => type === 'operation.redriven'),
    ).toHaveLength(1);
  });

  it('given the ledger does not vouch for the run up to the order, then nothing happens until it does', async () => {
    its.ledger.vouches = false;
    await carry(order());
    await expect(its.look(runId)).rejects.toThrow(HoldError);
    expect(await phases()).toEqual(['succeeded', 'failed', 'skipped']);
    expect((await its.run(runId)).status).toBe('planned');
    const [view] = await its.engine.reader.read([runStream(runId)]);
    const seq = view?.lastSeq ?? 0;
    expect(its.ledger.asked).toEqual([{ stream: runStream(runId), seq, digest: view?.digests[seq - 1] }]);
    its.ledger.vouches = true;
    await its.look(runId);
    expect(await phases()).toEqual(['succeeded', 'planned', 'planned']);
  });

  it('given a run that ended over what was open again, then that can be redriven, with what waits for it', async () => {
    const first = order();
    await obey(first);
    const data = {
      status: 'partial',
      succeeded: 1,
      failed: 1,
      blocked: 0,
      skipped: 1,
      uncertain: 0,
    } as const;
    const stream = runStream(runId);
    const { length } = await its.engine.events(stream);
    await its.engine.say('planner', stream, length, [{ type: 'run.completed', data }]);
    await its.look(runId, true);
    expect(await phases()).toEqual(['succeeded', 'planned', 'planned']);
    its.engine.jobs.splice(0);

    const second = order();
    await obey(second);
    expect(await its.operation(runId, 'release')).toMatchObject({
      ...{ phase: 'planned', redrives: 2, redriven: { data: { command_id: second.command_id } } },
      redriveCommandIds: [first.command_id, second.command_id],
    });
    expect(authorizations()).toEqual([[`${runId}.redriven-${second.command_id}-0`, ['release']]]);
    for (const id of ['release', 'pr']) {
      await sayEnd(its, runId, id, 'operation.succeeded');
      await its.look(runId);
    }
    expect((await its.run(runId)).completed?.data.status).toBe('completed');
  });

  it('given it fails again, then it can be redriven again, and the count goes on', async () => {
    await obey(redrive(['release']));
    await sayEnd(its, runId, 'release', 'operation.failed');
    await its.look(runId);
    await obey(redrive(['release']));
    expect(await its.operation(runId, 'release')).toMatchObject({ phase: 'planned', redrives: 2 });
  });
});

/** Everything an order can be but an order of somebody listed, for this run, now, once. */
const worthless: readonly [name: string, command: () => OperatorCommand, principal?: string][] = [
  ['of another kind', () => order({ action: { kind: 'freeze', scopes: ['all'] } })],
  [
    'for another run',
    () => order({ action: { kind: 'redrive', run_id: `run_${'b'.repeat(26)}`, operations: 'all' } }),
  ],
  ['for another system', () => order({ audience: { ...order().audience, environment: 'staging' } })],
  ['of somebody else than who is said to give it', () => order(), 'bob'],
  ['signed with a key of another name', () => order({ key_id: 'bob-1' })],
  ['signed by a key that is no person’s', () => order({ key_id: 'ci-1' }, 'ci')],
  ['changed after it was signed', () => ({ ...order(), reason: 'another' })],
  [
    'widened after it was signed',
    () => ({ ...redrive(['pr']), action: { kind: 'redrive', run_id: runId, operations: 'all' } }),
  ],
  [
    'that has run out',
    () => {
      const at = (ms: number) => new Date(its.engine.clock.nowMs() + ms).toISOString();
      return order({ issued_at: at(-600_000), expires_at: at(-300_000) });
    },
  ],
  [
    'meant to be good for a day',
    () => order({ expires_at: new Date(its.engine.clock.nowMs() + 86_400_000).toISOString() }),
  ],
];

describe('E3: an order that does not count', () => {
  beforeEach(partialRun);

  it.each(worthless)(
    'given one %s, then nothing is redriven, and the run ends as it stood',
    async (_, make, who) => {
      await carry(make(), who);
      await its.look(runId);
      expect(await phases()).toEqual(['succeeded', 'failed', 'skipped']);
      expect((await its.run(runId)).completed?.data.status).toBe('partial');
      expect(authorizations()).toEqual([]);
    },
  );

  it('given one that has been obeyed, then it is worth nothing a second time, whatever came between', async () => {
    const [first, second] = [redrive(['release']), redrive(['release'])];
    for (const command of [first, second]) {
      await obey(command);
      await sayEnd(its, runId, 'release', 'operation.failed');
      await its.look(runId);
    }
    await obey(first);
    expect(await its.operation(runId, 'release')).toMatchObject({ phase: 'failed', redrives: 2 });
    expect((await its.run(runId)).status).toBe('completed');
  });

  it('given one whose key is revoked meanwhile, then it does not count', async () => {
    const keys = its.engine.keys.published;
    const revoked = {
      ...keys,
      keys: keys.keys.map((key) =>
        key.key_id === 'alice-1'
          ? { ...key, revoked_at: new Date(its.engine.clock.nowMs()).toISOString() }
          : key,
      ),
    };
    await carry(order());
    Object.defineProperty(its.engine, 'keyring', { value: openKeyring(nodeCrypto, revoked) });
    await its.look(runId);
    expect(await phases()).toEqual(['succeeded', 'failed', 'skipped']);
  });

  it('given nobody looked until it had run out, then it is given again, not obeyed late', async () => {
    await carry(order());
    its.engine.clock.step(301_000);
    await its.look(runId);
    expect((await its.run(runId)).completed?.data.status).toBe('partial');
    expect(await phases()).toEqual(['succeeded', 'failed', 'skipped']);
  });
});

describe('a run of which nothing can be redriven', () => {
  it('D4: given a dry run, then the order opens nothing', async () => {
    await its.plan(tagRequest({ mode: 'dry_run' }));
    const stream = operationStream(runId, 'tag');
    const { lastSeq } = await its.operation(runId, 'tag');
    const advisory = {
      ...{ advisory_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', run_id: runId, operation_id: 'tag' },
      ...{ operation_kind: 'tag_repo' as const, operation_digest: null, plan_digest: '0'.repeat(64) },
      ...{
        tenant_id: 'acme',
        mode: 'dry_run' as const,
        enforceable: false as const,
        issuer: 'federation-test',
      },
      ...{
        audience: order().audience,
        epoch: 1,
        policy_digest: '0'.repeat(64),
        evidence_digest: '0'.repeat(64),
      },
      ...{ decision_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', issued_at: '2026-01-31T12:00:00.000Z' },
      ...{ reasons: [{ code: 'x', message: 'x', remedy: 'x' }], key_id: 'federation-mint' },
      signatures: { ed25519: `${'A'.repeat(86)}==` },
    };
    await its.engine.say('federation', stream, lastSeq, [{ type: 'receipt.advised', data: { advisory } }], {
      mode: 'dry_run',
    });
    await its.look(runId);
    expect((await its.run(runId)).completed?.data.status).toBe('blocked');
    const [seq = 0] = await its.engine.store.lastSeqs([runStream(runId)]);
    const command = order();
    const draft: EventDraft = { type: 'run.redriven', data: { principal: 'alice', command } };
    await its.engine.say('console', runStream(runId), seq, [draft], { mode: 'dry_run' });
    await its.look(runId);
    expect(await its.operation(runId, 'tag')).toMatchObject({ phase: 'advised', redrives: 0 });
    expect((await its.run(runId)).completed?.data.status).toBe('blocked');
  });

  it('given a run that was cancelled, then the order opens nothing', async () => {
    await its.plan(tagRequest());
    await its.cancel({ run_id: runId, reason: 'never mind' });
    await its.look(runId);
    expect((await its.run(runId)).completed?.data.status).toBe('cancelled');
    await obey(order());
    expect(await its.operation(runId, 'tag')).toMatchObject({ phase: 'skipped', redrives: 0 });
    expect((await its.run(runId)).completed?.data.status).toBe('cancelled');
  });

  it('given a run that is under way, then the order does nothing, now or when it has ended', async () => {
    await its.plan(releaseRequest());
    await carry(order());
    await sayEnd(its, runId, 'tag', 'operation.failed');
    await its.look(runId);
    expect((await its.run(runId)).completed?.data.status).toBe('failed');
    await its.look(runId);
    expect(await phases()).toEqual(['failed', 'skipped', 'skipped']);
  });
});
