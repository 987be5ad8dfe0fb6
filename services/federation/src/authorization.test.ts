import { operationStream, roomScope } from '@marketops/contracts';
import { commandBy } from '@marketops/engine/testing';
import { partitionOf } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness } from './testing/harness.js';
import { runId, sayDone, tagOf } from './testing/plan.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness();
});
afterEach(() => its.engine.close());

const types = async (id: string) =>
  (await its.engine.events(operationStream(runId, id))).map(({ type }) => type);
const presented = () => its.engine.jobs.filter(({ name }) => name === 'receipt.issued');

describe('an operation the policy allows', () => {
  it('F2: approved operations get enforceable receipts', async () => {
    await its.plan([tagOf()]);
    await its.ask(['tag']);
    expect(await types('tag')).toEqual(['operation.planned', 'operation.authorized', 'receipt.issued']);
    expect(await its.receipt('tag')).toMatchObject({
      enforceable: true,
      mode: 'prod',
      run_id: runId,
      operation_id: 'tag',
    });
  });

  it('given its receipt, then the publisher of its account is presented it, once per receipt', async () => {
    await its.plan([tagOf()]);
    await its.ask(['tag']);
    const receipt = await its.receipt('tag');
    expect(its.engine.jobs).toEqual([
      {
        queue: '{publications-acme}',
        name: 'receipt.issued',
        jobId: receipt?.receipt_id,
        data: { run_id: runId, operation_id: 'tag', operation_kind: 'tag_repo', mode: 'prod', receipt },
      },
    ]);
  });

  it('R3: given it is asked for twice, or by twenty at once, then it has one receipt, presented again', async () => {
    await its.plan([tagOf()]);
    await Promise.all(Array.from({ length: 20 }, () => its.ask(['tag'])));
    await its.ask();
    expect(await types('tag')).toEqual(['operation.planned', 'operation.authorized', 'receipt.issued']);
    expect(new Set(presented().map(({ jobId }) => jobId)).size).toBe(1);
    expect(presented()).toHaveLength(21);
  });

  it('R3: given a job that names it twice, then it has one receipt, and its stream is whole', async () => {
    await its.plan([tagOf()]);
    await its.ask(['tag', 'tag', 'tag']);
    expect(await types('tag')).toEqual(['operation.planned', 'operation.authorized', 'receipt.issued']);
    expect(its.engine.suspects).toEqual([]);
  });

  it('given nobody is named, then every operation that is free is answered', async () => {
    await its.plan([tagOf('a'), tagOf('b'), tagOf('c')], { dependsOn: { c: ['a'] } });
    await its.ask();
    expect([await types('a'), await types('c')]).toEqual([
      ['operation.planned', 'operation.authorized', 'receipt.issued'],
      ['operation.planned'],
    ]);
    expect(presented()).toHaveLength(2);
  });
});

describe('an operation that waits', () => {
  it.each([
    ['nothing has happened to', undefined],
    ['has failed', 'operation.failed'],
  ] as const)(
    'F1: given what it waits for %s, then it is not minted, even if a forged job asks',
    async (_what, outcome) => {
      await its.plan([tagOf('a'), tagOf('b')], { dependsOn: { b: ['a'] } });
      if (outcome !== undefined) await sayDone(its.engine, 'a', outcome);
      await its.ask(['b']);
      expect([await types('b'), its.engine.jobs]).toEqual([['operation.planned'], []]);
    },
  );

  it('given what it waits for has succeeded, then it is', async () => {
    await its.plan([tagOf('a'), tagOf('b')], { dependsOn: { b: ['a'] } });
    await sayDone(its.engine, 'a');
    await its.ask(['b']);
    expect((await its.receipt('b'))?.operation_id).toBe('b');
  });

  it('given one of two has not, then it still waits', async () => {
    await its.plan([tagOf('a'), tagOf('b'), tagOf('c')], { dependsOn: { c: ['a', 'b'] } });
    await sayDone(its.engine, 'a');
    await its.ask(['c']);
    expect(await types('c')).toEqual(['operation.planned']);
  });
});

describe('a run that is cancelled', () => {
  it('given it is cancelled, then it mints nothing, and presents nothing again', async () => {
    await its.plan([tagOf('a'), tagOf('b')]);
    await its.ask(['a']);
    await its.cancel();
    its.engine.jobs.splice(0);
    await its.ask();
    expect([await types('b'), its.engine.jobs]).toEqual([['operation.planned'], []]);
  });
});

describe('a job nobody should have sent', () => {
  it.each([
    {},
    { run_id: '../x' },
    { run_id: runId, operation_ids: ['../../system'] },
    { run_id: runId, mode: 'prod' },
    null,
    'run',
  ])('given it is %j, then it is refused for good', async (data) => {
    await its.plan([tagOf()]);
    await expect(its.askAs(data)).rejects.toMatchObject({ code: 'request_malformed', retry: 'terminal' });
  });

  it('given a run there is not, or operations its plan has not, then nothing happens', async () => {
    await its.askAs({ run_id: `run_${'b'.repeat(26)}` });
    await its.plan([tagOf()]);
    await its.ask(['other', 'constructor']);
    expect([its.engine.jobs, await types('tag')]).toEqual([[], ['operation.planned']]);
  });

  it('E3: given somebody writes a success into Redis, then what waits for it is held, not minted', async () => {
    await its.plan([tagOf('a'), tagOf('b')], { dependsOn: { b: ['a'] } });
    const stream = operationStream(runId, 'a');
    const [last] = (await its.engine.store.read([{ stream }]))[0] ?? [];
    const value = `${last?.value.split('\n')[0]}\n{"type":"operation.succeeded"}`;
    const segments = [{ stream, firstSeq: 2, lastSeq: 2, value }];
    await its.engine.store.append([{ partition: partitionOf(stream), epoch: 1, scopes: [], segments }]);
    await expect(its.ask(['b'])).rejects.toMatchObject({ code: 'stream_suspect', retry: 'hold' });
    expect(await types('b')).toEqual(['operation.planned']);
  });
});

describe('the store says stop', () => {
  it.each(['all', 'tenant:acme', 'account:acme', 'repository:acme/widgets', roomScope])(
    'O1: given %s is frozen, then nothing is minted until it is not',
    async (scope) => {
      await its.plan([tagOf('tag', { repository: { id: 7, owner: 'Acme', name: 'Widgets' } })]);
      await its.engine.store.freeze(scope, 'incident');
      await expect(its.ask(['tag'])).rejects.toMatchObject({ code: 'frozen', retry: 'hold' });
      expect(await types('tag')).toEqual(['operation.planned']);
      await its.engine.store.unfreeze(scope);
      await its.ask(['tag']);
      expect((await its.operation('tag')).phase).toBe('authorized');
    },
  );

  const elsewhere = { id: 8, owner: 'acme', name: 'website' };

  it('O1: given one repository is frozen, then only its operations wait, and nothing else is presented again meanwhile', async () => {
    await its.plan([tagOf('a'), tagOf('b', { repository: elsewhere }), tagOf('c')]);
    await its.engine.store.freeze('repository:acme/website', 'incident');
    await expect(its.ask()).rejects.toMatchObject({ code: 'frozen', retry: 'hold' });
    const phases = async () =>
      Promise.all(['a', 'b', 'c'].map(async (id) => (await its.operation(id)).phase));
    expect(await phases()).toEqual(['authorized', 'planned', 'authorized']);
    expect(presented()).toHaveLength(2);
    await expect(its.ask()).rejects.toMatchObject({ code: 'frozen' });
    expect(presented()).toHaveLength(2);
    await its.engine.store.unfreeze('repository:acme/website');
    await its.ask();
    expect(await phases()).toEqual(['authorized', 'authorized', 'authorized']);
  });

  it('O1: given the control keys were tampered with, then the freeze on the system stream still holds', async () => {
    await its.plan([tagOf()]);
    const action = { kind: 'freeze' as const, scopes: ['account:acme'] };
    const command = commandBy(its.engine.keys, 'alice', action, its.engine.clock.nowMs());
    const data = { scopes: action.scopes, principal: 'alice', reason: 'incident', command };
    await its.engine.say('console', 'system', 0, [{ type: 'system.frozen', data }], { runId: null });
    await expect(its.ask(['tag'])).rejects.toMatchObject({ code: 'frozen', retry: 'hold' });
    expect(await types('tag')).toEqual(['operation.planned']);
    const unfreeze = { kind: 'unfreeze' as const, scopes: action.scopes };
    const lift = async (who: 'alice' | 'bob', afterSeq: number) => {
      its.engine.clock.step(1_000);
      const order = commandBy(its.engine.keys, who, unfreeze, its.engine.clock.nowMs());
      const said = { scopes: action.scopes, principal: who, reason: 'over', command: order };
      await its.engine.say('console', 'system', afterSeq, [{ type: 'system.unfrozen', data: said }], {
        runId: null,
      });
      its.engine.clock.step(1_000);
    };
    await lift('alice', 1);
    await expect(its.ask(['tag'])).rejects.toMatchObject({ code: 'frozen' });
    await lift('bob', 2);
    await its.ask(['tag']);
    expect((await its.operation('tag')).phase).toBe('authorized');
  });

  it('given the partition is closed, then the job is held before anything is decided', async () => {
    await its.plan([tagOf()]);
    for (let at = 0; at < 64; at += 1) {
      await its.engine.store.writeControl(at, {
        epoch: 1,
        state: 'closed',
        reason: 'Redis lost data',
        term: 1,
      });
    }
    await expect(its.ask(['tag'])).rejects.toMatchObject({ code: 'partition_closed', retry: 'hold' });
  });
});
