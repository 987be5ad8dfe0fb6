import { foldOperation, operationStream, type Receipt, redrivablePhases } from '@marketops/contracts';
import { type GitHubClient, GitHubError } from '@marketops/github';
import { afterEach, describe, expect, it } from 'vitest';
import { executors } from '../executors/executors.js';
import { runId } from '../testing/gate-fixture.js';
import { releaseOperation } from '../testing/operations.js';
import { otherHand, ours } from '../testing/other-hand.js';
import { openSimulatedWorld, type SimulatedWorld } from '../testing/simulated.js';
import { becomeUncertain, carry, orderToReconcile, reconcileJobFor } from '../testing/uncertain.js';
import { openWorld, type World } from '../testing/world.js';

const operation = releaseOperation();
const { operation_id: id } = operation;
const stream = operationStream(runId, id);
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'reconcile_refused', message: expect.stringMatching(message) as string });

let simulated: SimulatedWorld | undefined;
let world: World;
let receipt: Receipt;
afterEach(async () => {
  await (simulated ?? world).close();
  simulated = undefined;
});

async function open(): Promise<SimulatedWorld> {
  simulated = await openSimulatedWorld();
  world = simulated.world;
  receipt = await becomeUncertain(world, operation);
  return simulated;
}
const handle = (changes = {}) => world.publisher.handle(reconcileJobFor(id, changes));
const state = async () => foldOperation(await world.events(stream));
const putThere = (the: SimulatedWorld, fields = {}) =>
  otherHand(the).release({ body: ours(operation.body, operation), ...fields });
const writesOf = (the: SimulatedWorld) => the.github.requests.writes;

describe('an order to look again', () => {
  it('P6, X2: given the effect is there, then it is found and adopted, with the receipt in its record, and nothing is written', async () => {
    const the = await open();
    const made = await putThere(the);
    const writes = writesOf(the);
    await carry(world, id, orderToReconcile(world, id));
    await handle();
    const { phase, reconciled } = await state();
    expect(phase).toBe('succeeded');
    expect(reconciled?.data).toMatchObject({
      ...{ found: 'effect', by: 'look_up', command: { principal: 'operator' } },
      audit: {
        ...{ status: 'success', receipt_id: receipt.receipt_id, retry_count: 0 },
        result: { remote_id: String(made.id), adopted: true },
      },
    });
    expect(writesOf(the)).toBe(writes);
    expect(world.enqueued).toContainEqual(expect.objectContaining({ queue: '{runs}' }));
  });

  it('P6: given nothing is there, then it is absent, recorded with its receipt, and may be redriven', async () => {
    await open();
    await carry(world, id, orderToReconcile(world, id));
    await handle();
    const { phase, reconciled } = await state();
    expect(reconciled?.data).toMatchObject({
      ...{ found: 'absent', by: 'look_up' },
      audit: { status: 'failed', receipt_id: receipt.receipt_id, error_code: 'effect_absent' },
    });
    expect(redrivablePhases.has(phase)).toBe(true);
  });

  it('E2: given its job comes again, at once or later, then it is answered once', async () => {
    await open();
    await carry(world, id, orderToReconcile(world, id));
    const another = world.anotherPublisher();
    await Promise.allSettled([handle(), another.handle(reconcileJobFor(id)), handle({ id: 'forged' })]);
    await handle();
    const types = await world.types(id);
    expect(types.filter((type) => type === 'operation.reconciled')).toHaveLength(1);
  });

  it('given what is there is not as authorized, then it stays uncertain and says what was found', async () => {
    const the = await open();
    await putThere(the, { name: 'Edited' });
    await carry(world, id, orderToReconcile(world, id));
    await expect(handle()).rejects.toEqual(refused(/contradiction.*differs in name/));
    expect((await state()).phase).toBe('uncertain');
    // The same order says nothing else: the operator looks, and says what is so.
    await carry(world, id, orderToReconcile(world, id, 'effect'));
    await handle();
    expect((await state()).reconciled?.data).toMatchObject({
      ...{ found: 'effect', by: 'operator' },
      audit: { status: 'success', error_code: 'release_conflict', receipt_id: receipt.receipt_id },
    });
  });

  it('X2: given a request may still be under way, then it waits until none is', async () => {
    await open();
    world.clock.step(-55_000);
    await carry(world, id, orderToReconcile(world, id));
    await expect(handle()).rejects.toMatchObject({ code: 'held' });
    expect((await state()).phase).toBe('uncertain');
  });
});

describe('an operator’s word', () => {
  it.each(['effect', 'absent'] as const)(
    'X2: given the look-up contradicts %s, then it says what it found and refuses',
    async (said) => {
      const the = await open();
      if (said === 'absent') await putThere(the);
      await carry(world, id, orderToReconcile(world, id, said));
      await expect(handle()).rejects.toEqual(
        refused(said === 'absent' ? /found the effect/ : /found nothing/),
      );
      expect((await state()).phase).toBe('uncertain');
    },
  );

  it.each(['effect', 'absent'] as const)(
    'X2: given the provider cannot be asked, then %s is what it was',
    async (said) => {
      const blind = { lookup: 'none', act: executors.publish_release.act } as const;
      world = await openWorld({ executors: { ...executors, publish_release: blind } });
      receipt = await becomeUncertain(world, operation);
      await carry(world, id, orderToReconcile(world, id));
      await expect(handle()).rejects.toEqual(refused(/cannot be asked/));
      await carry(world, id, orderToReconcile(world, id, said));
      await handle();
      const { data } = (await state()).reconciled ?? {};
      expect(data).toMatchObject({ found: said, by: 'operator', audit: { receipt_id: receipt.receipt_id } });
    },
  );

  it('given GitHub does not answer, then it is asked again, and only after the last attempt the word counts', async () => {
    const away = new GitHubError('service_unavailable', 'GitHub answered 503.', {});
    const failing = (client: GitHubClient) => ({ ...client, getRepository: () => Promise.reject(away) });
    simulated = await openSimulatedWorld(5_000, failing);
    world = simulated.world;
    await becomeUncertain(world, operation);
    await carry(world, id, orderToReconcile(world, id, 'absent'));
    await expect(handle()).rejects.toBe(away);
    expect((await state()).phase).toBe('uncertain');
    await handle({ attempt: 4, lastAttempt: true });
    expect((await state()).reconciled?.data).toMatchObject({ found: 'absent', by: 'operator' });
  });
});

describe('E3: a job without an order that counts', () => {
  const nothing = async () => expect((await world.types(id)).at(-1)).not.toBe('operation.reconciled');

  it('given nobody ordered it, or the job names nothing, then nothing happens', async () => {
    await open();
    await expect(handle()).rejects.toEqual(refused(/Nobody has ordered/));
    await expect(handle({ data: { run_id: '../x' } })).rejects.toEqual(refused(/names no operation/));
    await handle({ data: { operation_id: 'other' } });
    await nothing();
  });

  it('given an order for another operation, of another kind of found, from an unlisted key or for another system, then it is refused', async () => {
    await open();
    const good = orderToReconcile(world, id);
    const bad = [
      orderToReconcile(world, 'other'),
      { ...good, action: { ...good.action, found: 'effect' as const } },
      { ...good, principal: 'mallory' },
      { ...good, audience: { ...good.audience, environment: 'prod' } },
    ];
    for (const command of bad) {
      await carry(world, id, command as typeof good);
      await expect(handle()).rejects.toEqual(refused(/does not count/));
    }
    await nothing();
  });

  it('given an order that has run out, or is older than the outcome, then it is refused', async () => {
    await open();
    world.clock.step(-59_000 - 120_000);
    const early = orderToReconcile(world, id);
    world.clock.step(59_000 + 120_000);
    await carry(world, id, early);
    await expect(handle()).rejects.toEqual(refused(/older than the outcome/));
    await carry(world, id, orderToReconcile(world, id));
    world.clock.step(301_000);
    await expect(handle()).rejects.toEqual(refused(/counts from/));
    await nothing();
  });

  it('given an order that was carried before, then it does not count twice', async () => {
    await open();
    const command = orderToReconcile(world, id);
    await carry(world, id, command);
    await carry(world, id, command);
    await expect(handle()).rejects.toEqual(refused(/has been used/));
    await nothing();
  });

  it('given the ledger has not acknowledged the order, then it is held', async () => {
    await open();
    world.ledger.paused = true;
    await carry(world, id, orderToReconcile(world, id));
    await expect(handle()).rejects.toMatchObject({ code: 'held' });
    await nothing();
    world.ledger.paused = false;
    await world.ledger.catchUp();
    await handle();
    expect((await world.types(id)).at(-1)).toBe('operation.reconciled');
  });

  it('given an operation that is not uncertain, then an order changes nothing', async () => {
    const the = await open();
    await carry(world, id, orderToReconcile(world, id));
    await handle();
    await putThere(the);
    await carry(world, id, orderToReconcile(world, id));
    await handle();
    expect((await state()).phase).toBe('failed');
  });
});
