import { operationStream } from '@marketops/contracts';
import { createLog } from '@marketops/engine';
import type { BlobStore } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runId, startedEvent } from '../testing/gate-fixture.js';
import { releaseOperation } from '../testing/operations.js';
import { openWorld, type World } from '../testing/world.js';
import type { EffectHints } from './hints.js';
import { notingAppender } from './noting-appender.js';

const operation = releaseOperation();
const stream = operationStream(runId, operation.operation_id);

/** The operation is small and stands in its event. */
const inlineOnly = { pathOf: () => '/nowhere' } as Partial<BlobStore> as BlobStore;

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** Starts the operation through an appender whose hints are kept by `note`. */
async function start(note: EffectHints['note'], owner = 'acme') {
  const receipt = await world.authorize(operation);
  const [afterSeq = 0] = await world.store.lastSeqs([stream]);
  const appender = notingAppender(world.appenderOf('publisher'), {
    ...{ reader: world.reader, blobs: inlineOnly, log: createLog('publisher', 'silent') },
    hintsOf: (account) => (account === owner ? ({ note } as EffectHints) : undefined),
  });
  const context = { tenantId: 'acme', runId, mode: 'prod' as const, causationId: null, correlationId: null };
  await appender.append({ context, streams: [{ stream, afterSeq, events: [startedEvent(receipt)] }] });
}

describe('an appender that notes what is started', () => {
  it('given a start, then it is noted by the time the append is done: before anything is done for it', async () => {
    const noted: unknown[] = [];
    await start((place, what) => Promise.resolve(void noted.push(place, what)));
    expect(noted).toEqual([`${runId}/release`, operation]);
  });

  it('given a hint cannot be noted, then the start stands all the same', async () => {
    await start(() => Promise.reject(new Error('Redis is away')));
    expect(await world.types('release')).toContain('operation.started');
  });

  it('given an account that is not ours, then nothing is noted', async () => {
    const noted: string[] = [];
    await start((place) => Promise.resolve(void noted.push(place)), 'globex');
    expect(noted).toEqual([]);
  });
});
