import { formatVerifierKey, noteVerifier } from '@marketops/proof';
import { nodeCrypto as crypto } from '@marketops/proof/node';
import { openLog } from '@marketops/tlog';
import { s3Place } from '@marketops/tlog/s3';
import { startTestS3, type TestS3 } from '@marketops/tlog/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLedger } from '../start.js';
import { createWorld, testRunId, type World } from '../testing/world.js';

let s3: TestS3;
let world: World;
const refused = (code: string) => expect.objectContaining({ code });

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  s3 = await startTestS3();
  const bucket = { bucket: 'log', prefix: 'ledger/acme', region: 'eu-central-1', endpoint: s3.endpoint };
  world = await createWorld({ config: { ledger: { tiles: { s3: bucket } } } });
});
afterEach(async () => {
  await s3.close();
  await world.close();
  vi.unstubAllEnvs();
});

const start = () => startLedger(world.engine(), { tuning: { blockMs: 20 } });

test('L1: given a bucket, then the log is published there, and a second writer’s checkpoint makes the first stand still', async () => {
  const ledger = await start();
  await world.appendBlocked(testRunId(1), 'a', 0);
  await ledger.settledThrough(2);
  await ledger.tiles.project();

  const { log_origin: origin, keys } = world.loaded.keyring;
  const publicKey = keys.find(({ purpose }) => purpose === 'checkpoint')?.public_key ?? '';
  const logKeys = [noteVerifier(crypto, formatVerifierKey(crypto, { name: origin, publicKey }))];
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const place = s3Place({
    ...{ bucket: 'log', prefix: 'ledger/acme', region: 'eu-central-1', endpoint: s3.endpoint, credentials },
  });
  const { checkpoint } = await openLog(crypto, place, { origin, logKeys });
  expect(checkpoint.size).toBe(2);

  // Somebody with access to the bucket writes between this ledger's look and its write.
  const key = 'log/ledger/acme/checkpoint';
  const object = s3.objects.get(key);
  if (object === undefined) throw new Error('there is no checkpoint');
  s3.objects.set(key, { ...object, etag: '"another"' });
  await world.appendBlocked(testRunId(1), 'a', 1);
  await ledger.settledThrough(3);
  await expect(ledger.tiles.project()).rejects.toThrowError(refused('checkpoint_conflict'));
  // It was the same checkpoint: the next turn reads it, finds that its own continues it, and goes on.
  await ledger.tiles.project();
  expect((await openLog(crypto, place, { origin, logKeys })).checkpoint.size).toBe(3);
  place.close();
  await ledger.stop();
});

test('given a bucket that does not answer, then acknowledging goes on', async () => {
  s3.fault = () => 503;
  const ledger = await start();
  await world.appendBlocked(testRunId(1), 'a', 0);
  await ledger.settledThrough(2);
  await expect(ledger.tiles.project()).rejects.toThrowError(refused('place_failed'));
  await world.appendBlocked(testRunId(1), 'a', 1);
  await ledger.settledThrough(3);
  s3.fault = () => undefined;
  expect(await ledger.tiles.project()).toMatchObject({ size: 3 });
  await ledger.stop();
});
