import type { MarketOpsEvent } from '@marketops/contracts';
import { systemStream } from '@marketops/contracts';
import { partitionOf } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { armFault, simulatedState } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const scope = 'repository:acme/widgets';

describe('freezing, with every service a process of its own', () => {
  let the: TemporarySystem;
  let marketops: (...args: readonly string[]) => Promise<Answer>;

  beforeAll(async () => {
    the = await temporarySystem();
    marketops = commandsOf(the.system);
    for (const name of ['alice', 'bob']) {
      expect((await marketops('approver', 'add', name)).code).toBe(0);
    }
  });
  afterAll(() => the.close());

  const submit = (repository: string, tags: readonly string[], mode = 'prod') =>
    the.client.submit(tags.map((tag) => ({ mode, repository, operations: [release(tag)] })));
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, n) => `v${prefix}.${n}`);
  const tagOf = (runIds: readonly string[], prefix: string, runId: string) =>
    `v${prefix}.${runIds.indexOf(runId)}`;
  const states = (runIds: readonly string[]) =>
    Promise.all(runIds.map((runId) => the.client.operation(runId, 'release')));
  const shipped = async (repository: string): Promise<string[]> => {
    const { repositories } = await simulatedState(the.system.url);
    return repositories
      .filter(({ full_name: fullName }) => fullName === repository)
      .flatMap(({ releases }) => releases.map(({ tag_name: tag }) => tag))
      .sort();
  };
  const frozenEvents = async (): Promise<MarketOpsEvent[]> =>
    (await the.client.systemEvents()).filter(({ type }) => type === 'system.frozen');

  it('O1: given a repository frozen in the middle of a batch, then nothing new starts there, the rest goes on, and after a second person unfroze it everything happens exactly once', async () => {
    const { client, system } = the;
    const [widgets, website] = await Promise.all([
      submit('acme/widgets', numbered('1.0', 60)),
      submit('acme/website', numbered('1.0', 60)),
    ]);
    await client.until('a start', async () =>
      (await states(widgets)).some(({ started }) => started !== undefined),
    );
    const froze = await marketops(
      'freeze',
      '--repository',
      'Acme/Widgets',
      '--reason',
      'wrong tag',
      '--as',
      'alice',
    );
    expect(froze).toMatchObject({ code: 0, said: { frozen: scope, principal: 'alice' } });
    const [frozen] = await frozenEvents();
    expect(froze.said['event_id']).toBe(frozen?.id);

    // Asked for after the freeze: none of them may start, so that this is no race that the batch may win.
    const [late, lateElsewhere, dry] = await Promise.all([
      submit('acme/widgets', numbered('2.0', 5)),
      submit('acme/website', numbered('2.0', 5)),
      submit('acme/widgets', numbered('3.0', 5), 'dry_run'),
    ]);
    await client.ended([...website, ...lateElsewhere, ...dry]);
    for (const runId of dry) expect((await client.run(runId)).completed?.data.status).toBe('blocked');
    for (const { started } of await states(late)) expect(started).toBeUndefined();
    const begun = (await states(widgets)).flatMap(({ started }) => (started === undefined ? [] : [started]));
    expect(begun.length).toBeGreaterThan(0);
    for (const { time } of begun) expect(time <= (frozen?.time ?? '')).toBe(true);
    // What the command said may still happen had started before.
    const inFlight = froze.said['in_flight'] as { readonly run_id: string; readonly started_at: string }[];
    for (const { run_id, started_at } of inFlight) {
      expect(widgets).toContain(run_id);
      expect(started_at <= (frozen?.time ?? '')).toBe(true);
    }
    // What had started and was not sent yet waits as well: the publisher asks once more before each request.
    const mayShip = new Set(begun.map(({ run_id: runId }) => tagOf(widgets, '1.0', runId ?? '')));
    expect((await shipped('acme/widgets')).filter((tag) => !mayShip.has(tag))).toEqual([]);

    const same = await marketops(
      'unfreeze',
      '--repository',
      'acme/widgets',
      '--reason',
      'fine',
      '--as',
      'alice',
    );
    expect(same).toMatchObject({ code: 2, said: { error: { code: 'second_person_needed' } } });
    expect((await client.systemEvents()).some(({ type }) => type === 'system.unfrozen')).toBe(false);
    const listed = await marketops('freezes');
    expect(listed).toMatchObject({
      code: 0,
      said: { freezes: [{ scope, agrees: true, control_keys: 64, frozen_by: [{ principal: 'alice' }] }] },
    });
    expect((await shipped('acme/widgets')).filter((tag) => !mayShip.has(tag))).toEqual([]);

    const second = await marketops(
      'unfreeze',
      '--repository',
      'acme/widgets',
      '--reason',
      'fine',
      '--as',
      'bob',
    );
    expect(second).toMatchObject({ code: 0, said: { unfrozen: scope, principal: 'bob', still_frozen: [] } });
    await client.ended([...widgets, ...late]);
    for (const { phase, receipts } of await states([...widgets, ...late])) {
      expect(phase).toBe('succeeded');
      expect(receipts.length).toBeGreaterThan(0);
    }
    expect(await shipped('acme/widgets')).toEqual([...numbered('1.0', 60), ...numbered('2.0', 5)].sort());
    expect(await shipped('acme/website')).toEqual([...numbered('1.0', 60), ...numbered('2.0', 5)].sort());
    expect((await marketops('freezes')).said['freezes']).toEqual([]);
    expect(system.pids.publisher).toBeDefined();
  }, 180_000);

  it('X2: given an effect that had started when the freeze came, then freeze lists it, and it is settled exactly once afterwards', async () => {
    const { client, system } = the;
    // Done at once, answered late: the publisher dies without knowing, and nobody but GitHub can say.
    await armFault(system.url, { kind: 'slow', method: 'POST', path_pattern: 'widgets', delay_ms: 5_000 });
    const [runId = ''] = await submit('acme/widgets', ['v5.0.0']);
    await client.until(
      'a start',
      async () => (await client.operation(runId, 'release')).started !== undefined,
    );
    await system.kill('publisher');
    const { started } = await client.operation(runId, 'release');
    const froze = await marketops('freeze', '--tenant', 'acme', '--reason', 'incident', '--as', 'bob');
    expect(froze).toMatchObject({
      code: 0,
      said: {
        in_flight: [
          {
            run_id: runId,
            operation_id: 'release',
            execution_id: started?.data.execution_id,
            started_at: started?.time,
          },
        ],
        in_flight_complete: true,
      },
    });
    const elsewhere = await marketops(
      'freeze',
      '--repository',
      'acme/website',
      '--reason',
      'x',
      '--as',
      'bob',
    );
    expect(elsewhere).toMatchObject({ code: 0, said: { in_flight: [] } });
    const ended = [
      await marketops('unfreeze', '--repository', 'acme/website', '--reason', 'x', '--as', 'alice'),
      await marketops('unfreeze', '--tenant', 'acme', '--reason', 'over', '--as', 'alice'),
    ];
    expect(ended.map(({ said }) => said['still_frozen'])).toEqual([['tenant:acme'], []]);
    await system.restart('publisher');
    await client.ended([runId]);
    expect((await client.operation(runId, 'release')).phase).toBe('succeeded');
    expect((await shipped('acme/widgets')).filter((tag) => tag === 'v5.0.0')).toHaveLength(1);
  }, 120_000);

  it('O1: given that somebody takes a scope out of the control keys, then nothing starts all the same, and freezes and doctor say that the sources differ', async () => {
    const { client } = the;
    expect((await marketops('freeze', '--account', 'acme', '--reason', 'audit', '--as', 'alice')).code).toBe(
      0,
    );
    await client.store.unfreeze('account:acme');
    const [runId = ''] = await submit('acme/widgets', ['v4.0.0']);
    const [dry = ''] = await submit('acme/widgets', ['v4.0.1'], 'dry_run');
    await client.ended([dry]);
    expect((await client.operation(runId, 'release')).started).toBeUndefined();
    const listed = await marketops('freezes');
    expect(listed).toMatchObject({
      code: 1,
      said: { freezes: [{ scope: 'account:acme', agrees: false, control_keys: 0 }] },
    });
    const { said } = await marketops('doctor');
    expect(said['findings']).toContainEqual(
      expect.objectContaining({
        name: 'frozen',
        verdict: 'fail',
        detail: expect.stringContaining('account:acme'),
      }),
    );
    const done = await marketops('unfreeze', '--account', 'acme', '--reason', 'audited', '--as', 'bob');
    expect(done.code).toBe(0);
    await client.ended([runId]);
    expect((await shipped('acme/widgets')).filter((tag) => tag === 'v4.0.0')).toHaveLength(1);
  }, 120_000);

  it('given a control key that no event stands behind, then freezes says so, and any operator may end it', async () => {
    const { client } = the;
    await client.store.freeze('tenant:other', 'who knows');
    const listed = await marketops('freezes');
    expect(listed).toMatchObject({
      code: 1,
      said: {
        freezes: [{ scope: 'tenant:other', agrees: false, control_keys: 64, frozen_by: [], since: null }],
      },
    });
    expect(
      (await marketops('unfreeze', '--tenant', 'other', '--reason', 'nobody', '--as', 'alice')).code,
    ).toBe(0);
    expect(await marketops('freezes')).toMatchObject({ code: 0, said: { freezes: [] } });
  }, 60_000);

  it('given what is not frozen, a key that nobody listed, or a scope that is none, then a typed fault and no event', async () => {
    const before = (await the.client.systemEvents()).length;
    const refusals: [readonly string[], number, string][] = [
      [['unfreeze', '--reason', 'x', '--as', 'bob'], 3, 'not_frozen'],
      [['freeze', '--reason', 'x', '--as', 'carol'], 2, 'key_missing'],
      [['freeze', '--reason', 'x', '--repository', 'widgets', '--as', 'alice'], 2, 'usage_invalid'],
      [['freeze', '--reason', ' ', '--as', 'alice'], 2, 'usage_invalid'],
      [['freeze', '--reason', 'x', '--tenant', 'a', '--account', 'b', '--as', 'alice'], 2, 'usage_invalid'],
    ];
    for (const [args, code, fault] of refusals) {
      expect(await marketops(...args), args.join(' ')).toMatchObject({
        code,
        said: { error: { code: fault } },
      });
    }
    expect(await the.client.systemEvents()).toHaveLength(before);
    expect(await marketops('freezes')).toMatchObject({ code: 0, said: { freezes: [] } });
  }, 60_000);

  it('O1: given that the event cannot be appended, then the scope holds by its control keys, and the command says that the ledger does not have it', async () => {
    const { client } = the;
    const at = partitionOf(systemStream);
    const [control] = await client.store.readControl([at]);
    if (control == null) throw new TypeError('no control key');
    await client.store.writeControl(at, { ...control, state: 'closed', reason: 'a test' });
    const froze = await marketops('freeze', '--reason', 'incident', '--as', 'alice');
    expect(froze).toMatchObject({ code: 1, said: { error: { code: 'freeze_not_recorded' } } });
    const controls = await client.store.readControl([0, 31, 63]);
    for (const one of controls) expect(one?.frozen.get('all')).toBe('incident');
    await client.store.writeControl(at, { ...control, state: 'open' });
    const again = await marketops('freeze', '--reason', 'incident', '--as', 'alice');
    expect(again).toMatchObject({ code: 0, said: { frozen: 'all' } });
    expect((await marketops('unfreeze', '--reason', 'over', '--as', 'bob')).code).toBe(0);
  }, 60_000);
});
