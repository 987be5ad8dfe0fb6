import { addAbortSignal, Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { TlogError } from '../errors.js';
import { headersOf } from '../headers.js';
import { bytesMaxOf, checkpointPath, parsePath, pathOf } from '../layout.js';
import type { HeldCheckpoint, LogObject, TilePlace } from '../ports.js';
import { inParallel } from './in-parallel.js';
import { readStream } from './read-stream.js';

export interface S3Options {
  readonly bucket: string;
  /** Before every key, with a slash between; empty where the log has the bucket to itself. */
  readonly prefix?: string | undefined;
  readonly region: string;
  /** Of another provider than AWS: an origin. Addressed by path. */
  readonly endpoint?: string | undefined;
  /** Where absent, the SDK's own chain: environment, files, the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Of one request with its repetitions. */
  readonly timeoutMs?: number | undefined;
}

const writesAtOnce = 16;
const attemptsMax = 3;

/**
 * A log in a bucket of S3, or of a provider that speaks its language **and honours conditional writes**: tiles are written
 * with `If-None-Match: *`, the checkpoint with `If-Match` and the ETag it replaces. A provider that ignores these cannot
 * keep two writers apart.
 *
 * Whoever serves the bucket needs no program: content types and cache headers stand on the objects.
 */
export function s3Place(options: S3Options): TilePlace & { close(): void } {
  const { bucket, prefix = '', region, endpoint, credentials, timeoutMs = 20_000 } = options;
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: attemptsMax,
    // Not every provider knows the checksums of AWS; TLS and, above it, the tree itself see to the bytes.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, requestTimeout: timeoutMs },
  });
  const name = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
  const keyOf = (path: string): string => (prefix === '' ? '' : `${prefix}/`) + pathOf(parsePath(path));
  const abort = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  const failed = (what: string, cause: unknown): TlogError =>
    cause instanceof TlogError
      ? cause
      : new TlogError('place_failed', `${what} in ${name}: ${reasonOf(cause)}.`, { cause });

  async function get(path: string, bytesMax: number): Promise<HeldCheckpoint | undefined> {
    try {
      const { abortSignal } = abort();
      const { Body, ETag = '' } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: keyOf(path) }),
        { abortSignal },
      );
      if (!(Body instanceof Readable)) return undefined;
      // The SDK's own signal ends with the headers; a body that never ends is cut off here.
      const chunks = addAbortSignal(abortSignal, Body);
      return { bytes: await readStream(chunks, bytesMax, `${path} in ${name}`), version: ETag };
    } catch (cause) {
      if (statusOf(cause) === 404) return undefined;
      throw failed(`${path} cannot be read`, cause);
    }
  }
  const put = (path: string, bytes: Uint8Array, condition: { IfMatch?: string; IfNoneMatch?: string }) => {
    const { contentType, cacheControl } = headersOf(parsePath(path));
    return client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: keyOf(path),
        Body: bytes,
        ContentLength: bytes.length,
        ContentType: contentType,
        CacheControl: cacheControl,
        ...condition,
      }),
      abort(),
    );
  };
  async function writeOne({ path, bytes }: LogObject): Promise<void> {
    try {
      await put(path, bytes, { IfNoneMatch: '*' });
    } catch (cause) {
      if (!isLost(cause)) throw failed(`${path} cannot be written`, cause);
      // It is there: by an earlier attempt of this very write, by an earlier life of this ledger, or by somebody else.
      const there = await get(path, bytesMaxOf(parsePath(path)));
      if (there === undefined) throw failed(`${path} is there and cannot be read`, cause);
      if (!Buffer.from(bytes).equals(there.bytes))
        throw new TlogError('tile_conflict', `${path} is in ${name} already, with other bytes.`, { cause });
    }
  }
  const readCheckpoint = () => get(checkpointPath, bytesMaxOf({ kind: 'checkpoint' }));
  return {
    name,
    read: async (path, bytesMax) => (await get(path, bytesMax))?.bytes,
    write: (objects) => inParallel(objects, writesAtOnce, writeOne),
    async remove(paths) {
      await inParallel(paths, writesAtOnce, (path) =>
        client
          .send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(path) }), abort())
          .catch(() => undefined),
      );
    },
    readCheckpoint,
    async writeCheckpoint(bytes, replaces) {
      const condition = replaces === undefined ? { IfNoneMatch: '*' } : { IfMatch: replaces };
      try {
        return (await put(checkpointPath, bytes, condition)).ETag ?? '';
      } catch (cause) {
        if (!isLost(cause) && statusOf(cause) !== 404)
          throw failed('the checkpoint cannot be written', cause);
        // The SDK repeats a request whose answer was lost: then it is our own that stands there.
        const held = await readCheckpoint();
        if (held !== undefined && Buffer.from(bytes).equals(held.bytes)) return held.version;
        throw new TlogError('checkpoint_conflict', `Somebody else wrote the checkpoint in ${name}.`, {
          cause,
        });
      }
    },
    close: () => client.destroy(),
  };
}

const statusOf = (cause: unknown): number | undefined =>
  cause instanceof S3ServiceException ? cause.$metadata.httpStatusCode : undefined;

/** 412: the condition does not hold. 409: another write with a condition was under way at the same moment. */
const isLost = (cause: unknown): boolean => {
  const status = statusOf(cause);
  return status === 412 || status === 409;
};

const reasonOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message || cause.name : String(cause);
