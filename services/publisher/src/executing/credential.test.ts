import { operationStream } from '@marketops/contracts';
import { ThrottledError } from '@marketops/engine';
import { GitHubError } from '@marketops/github';
import { afterEach, describe, expect, it } from 'vitest';
import { tagOperation } from '../testing/operations.js';
import { openSimulatedWorld, type SimulatedWorld, token } from '../testing/simulated.js';

let the: SimulatedWorld;
afterEach(() => the.close());

async function access(change: object): Promise<void> {
  const answer = await fetch(`${the.github.url}/_sim/access`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });
  expect(answer.ok).toBe(true);
}

describe('a credential that GitHub refuses', () => {
  it('given a token that was revoked, then the operation waits with its account, said once, and ships with the next one', async () => {
    let isReplaced = false;
    the = await openSimulatedWorld(5_000, (client) => {
      // A provider that has got another token by now.
      if (isReplaced) return client;
      return {
        ...client,
        getRepository: () =>
          Promise.reject(new GitHubError('unauthorized', 'Bad credentials', { status: 401 })),
      };
    });
    const operation = tagOperation();
    const receipt = await the.world.authorize(operation);
    const last = the.world.jobFor(receipt, { attempt: 4, lastAttempt: true });
    for (let n = 0; n < 3; n += 1) {
      const thrown = await the.world.publisher.handle(last).catch((fault: unknown) => fault);
      expect(thrown).toBeInstanceOf(ThrottledError);
      expect(thrown).toMatchObject({ retry: 'hold', delayMs: 60_000 });
      the.world.clock.step(60_000);
    }
    isReplaced = true;
    expect(await the.world.publisher.handle(last)).toMatchObject({
      status: 'succeeded',
      audit: { retry_count: 0 },
    });
    const events = await the.world.events(operationStream(receipt.run_id, operation.operation_id));
    const held = events.flatMap((event) => (event.type === 'operation.held' ? [event.data.reason.code] : []));
    expect(held).toEqual(['credential_refused']);
  });

  it('given GitHub itself answers 401 to a revoked token, then nothing fails', async () => {
    the = await openSimulatedWorld();
    await access({ revoke: token });
    const operation = tagOperation();
    const receipt = await the.world.authorize(operation);
    await expect(the.world.publisher.handle(the.world.jobFor(receipt))).rejects.toBeInstanceOf(
      ThrottledError,
    );
    const stream = operationStream(receipt.run_id, operation.operation_id);
    const types = (await the.world.events(stream)).map(({ type }) => type);
    expect(types.slice(-3)).toEqual(['operation.started', 'operation.held', 'operation.retried']);
    expect((await the.seen()).tag_objects).toEqual([]);
  });
});
