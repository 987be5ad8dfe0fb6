import { afterEach, beforeEach, expect, test } from 'vitest';
import { s3TestOptions } from '../testing/places.js';
import { startTestS3, type TestS3 } from '../testing/s3-server.js';
import { s3Place } from './s3.js';

let s3: TestS3;
let place: ReturnType<typeof s3Place>;
beforeEach(async () => {
  s3 = await startTestS3();
  place = s3Place(s3TestOptions(s3.endpoint));
});
afterEach(async () => {
  place.close();
  await s3.close();
});
const refused = (code: string) => expect.objectContaining({ code });
const tile = { path: 'tile/0/000', bytes: Buffer.from('tile') };

test('given tiles and a checkpoint, when written, then content type and cache headers stand on the objects', async () => {
  await place.write([tile, { path: 'tile/entries/000.p/3', bytes: Buffer.from('entries') }]);
  await place.writeCheckpoint(Buffer.from('checkpoint'), undefined);
  expect(s3.objects.get('log/acme/tile/0/000')).toMatchObject({
    contentType: 'application/octet-stream',
    cacheControl: 'public, max-age=31536000, immutable',
  });
  expect(s3.objects.get('log/acme/tile/entries/000.p/3')?.cacheControl).toBe('public, max-age=300');
  expect(s3.objects.get('log/acme/checkpoint')).toMatchObject({
    contentType: 'text/plain; charset=utf-8',
    cacheControl: 'no-store',
  });
});

test('given a write whose answer is lost, when the SDK repeats it, then it is found as its own', async () => {
  const lost = new Set<string>();
  s3.fault = (method, key) => {
    if (method !== 'PUT' || lost.has(key)) return undefined;
    lost.add(key);
    return 'lose-answer';
  };
  await place.write([tile]);
  const version = await place.writeCheckpoint(Buffer.from('1'), undefined);
  lost.clear();
  const next = await place.writeCheckpoint(Buffer.from('2'), version);
  expect((await place.readCheckpoint())?.version).toBe(next);
});

test('given a store that refuses or fails, then the fault is one that may pass, and names the place', async () => {
  for (const status of [403, 500, 503]) {
    s3.fault = () => status;
    await expect(place.write([tile])).rejects.toThrowError(
      expect.objectContaining({ code: 'place_failed', retry: 'transient' }),
    );
    await expect(place.read('tile/0/000', 10)).rejects.toThrowError(/s3:\/\/log\/acme/);
    await expect(place.writeCheckpoint(Buffer.from('1'), undefined)).rejects.toThrowError(
      refused('place_failed'),
    );
  }
});

test('given a store that does not answer, then the request ends at its time limit', async () => {
  const impatient = s3Place({ ...s3TestOptions(s3.endpoint), timeoutMs: 200 });
  s3.fault = () => 'hang';
  await expect(impatient.read('tile/0/000', 10)).rejects.toThrowError(refused('place_failed'));
  impatient.close();
});

test('given a checkpoint somebody removed, when it is to be replaced, then that is a conflict and not a first one', async () => {
  const version = await place.writeCheckpoint(Buffer.from('1'), undefined);
  s3.objects.delete('log/acme/checkpoint');
  await expect(place.writeCheckpoint(Buffer.from('2'), version)).rejects.toThrowError(
    refused('checkpoint_conflict'),
  );
});
