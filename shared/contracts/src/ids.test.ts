import { describe, expect, it } from 'vitest';
import {
  AssetName,
  BlobRef,
  IdempotencyKey,
  KeyId,
  MediaType,
  OperationId,
  partitionKey,
  RelativePath,
  RunId,
  StreamId,
  streamKind,
  Time,
} from './ids.js';

type Schema = { safeParse(value: unknown): { success: boolean } };
const takes = (schema: Schema, value: unknown) => schema.safeParse(value).success;

describe('files', () => {
  it.each(['a', 'dist/a.tgz', 'a b', './a', 'a/./b'])(
    'given the path %j, then it is below the root',
    (path) => {
      expect(takes(RelativePath, path)).toBe(true);
    },
  );
  it.each(['', '/a', '..', '../a', 'a/../b', 'a/..', 'a\\b', 'a\0b', 'x'.repeat(1_001)])(
    'given the path %j, then it is refused',
    (path) => {
      expect(takes(RelativePath, path)).toBe(false);
    },
  );
  it.each(['a.tgz', 'SHA256SUMS', 'a_b-c+d.e', '1'])(
    'given the asset name %j, then GitHub keeps it',
    (name) => {
      expect(takes(AssetName, name)).toBe(true);
    },
  );
  it.each(['', '.a', '-a', 'a.', 'a..b', 'a b', 'a/b', 'a@b', 'é', 'x'.repeat(201)])(
    'given the asset name %j, then GitHub would rename it',
    (name) => {
      expect(takes(AssetName, name)).toBe(false);
    },
  );
  it.each([
    ['application/gzip', true],
    ['text/plain; charset=utf-8', false],
    ['text', false],
    ['Text/Plain', false],
    ['a/b\r\nx: y', false],
  ])('given the media type %j, then it is %s', (type, expected) => {
    expect(takes(MediaType, type)).toBe(expected);
  });
});

describe('ids', () => {
  const run = `run_${'a'.repeat(26)}`;
  it.each<[string, Schema, string[], string[]]>([
    [
      'operation',
      OperationId,
      ['tag', '1', 'a_b-c', 'constructor', 'a'.repeat(64)],
      ['', 'A', '-a', '_a', 'a.b', 'a/b', '../a', 'a'.repeat(65), '__proto__'],
    ],
    [
      'run',
      RunId,
      [run],
      ['run_', `run_${'a'.repeat(25)}`, `run_${'i'.repeat(26)}`, `RUN_${'a'.repeat(26)}`, `${run}\n`],
    ],
    [
      'stream',
      StreamId,
      ['system', `run/${run}`, `op/${run}/tag`],
      ['run', `run/${run}/x`, `op/${run}`, `op/${run}/../x`, `op/${run}/A`, 'tenant/acme', `run/${run}\n`],
    ],
    ['key', KeyId, ['mint-1'], ['../mint', '', 'A', 'a/b', 'a'.repeat(65)]],
    [
      'blob',
      BlobRef,
      [`sha256:${'0'.repeat(64)}`],
      ['sha256:', `sha256:${'0'.repeat(63)}`, `sha256:${'A'.repeat(64)}`, '../x'],
    ],
    [
      'idempotency key',
      IdempotencyKey,
      ['k', 'release-1.4.0', '~!'],
      ['', 'a b', 'é', 'a\n', 'x'.repeat(201)],
    ],
    [
      'time',
      Time,
      ['2026-01-31T12:00:00.000Z'],
      ['2026-01-31T12:00:00Z', '2026-13-31T12:00:00.000Z', '2026-01-31T12:00:00.000+01:00', '2026-01-31', ''],
    ],
  ])('given a %s id, then only exact ones are taken', (_what, schema, good, bad) => {
    for (const id of good) expect([id, takes(schema, id)]).toEqual([id, true]);
    for (const id of bad) expect([id, takes(schema, id)]).toEqual([id, false]);
  });
  it('given a stream, then its kind and its partition come from its name alone, and a run’s streams share one', () => {
    expect([streamKind('system'), streamKind(`run/${run}`), streamKind(`op/${run}/tag`)]).toEqual([
      'system',
      'run',
      'op',
    ]);
    expect([partitionKey('system'), partitionKey(`run/${run}`), partitionKey(`op/${run}/tag`)]).toEqual([
      'system',
      run,
      run,
    ]);
  });
});
