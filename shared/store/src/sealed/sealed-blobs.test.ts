import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '@marketops/proof';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BlobStore, openFileBlobs } from '../blobs.js';

const runId = `run_${'a'.repeat(26)}`;
const other = `run_${'b'.repeat(26)}`;
const subject = { stream: `op/${runId}/release`, type: 'operation.planned', tenant_id: 'acme' };
const sha = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');

let root: string;
let blobs: BlobStore;
const keys = () => join(root, 'blob-keys');
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'marketops-sealed-'));
  blobs = openFileBlobs(join(root, 'blobs'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const seal = async (text: string, at = subject) => {
  const value = (await blobs.sealed.keyOf(runId)).seal(at, text);
  await blobs.sealed.put(value);
  return value;
};
const read = async (ref: { blob: string; commitment: string }, at = subject) =>
  new TextDecoder().decode(await blobs.sealed.read(at, ref, 1_000_000));
const erase = (refs: string[], commandId = 'c1') => blobs.sealed.erase({ runId, commandId, blobs: refs });

describe('a sealed value', () => {
  it('given any text, then it comes back as it was, and its plain bytes stand nowhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 4, maxLength: 400 }), async (text) => {
        const { ref, ciphertext } = await seal(text);
        expect(await read(ref)).toBe(text);
        expect(ref.commitment).toBe(sha(text));
        expect(Buffer.from(ciphertext).includes(text)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it('given the same value again, then it is the same blob; given it stands elsewhere, then another', async () => {
    const first = await seal('text');
    expect(await seal('text')).toEqual(first);
    expect((await seal('text', { ...subject, stream: `op/${runId}/tag` })).ref.blob).not.toBe(first.ref.blob);
  });

  it.each([
    ['stream', { ...subject, stream: `op/${runId}/tag` }],
    ['type', { ...subject, type: 'plan.generated' }],
    ['tenant', { ...subject, tenant_id: 'globex' }],
  ])('given it is put where another %s is, then it does not open', async (_what, at) => {
    const { ref } = await seal('text');
    await expect(read(ref, at)).rejects.toMatchObject({ code: 'blob_corrupt', retry: 'terminal' });
  });

  it('given two ciphertexts of one run are swapped by their names, then neither opens', async () => {
    const [one, two] = [await seal('one'), await seal('two')];
    await expect(read({ ...one.ref, blob: two.ref.blob })).rejects.toMatchObject({ code: 'blob_corrupt' });
  });

  it('given any byte of it is altered or cut, under a name that fits, then it does not open', async () => {
    const { ref, ciphertext } = await seal('a short text');
    for (let at = 0; at < ciphertext.length; at += 1) {
      const altered = Uint8Array.from(ciphertext);
      altered[at] = (altered[at] ?? 0) ^ 1;
      for (const bytes of [altered, ciphertext.slice(0, at)])
        await expect(read({ ...ref, blob: await blobs.put(bytes) })).rejects.toMatchObject({
          code: 'blob_corrupt',
        });
    }
    writeFileSync(blobs.pathOf(ref.blob), ciphertext.slice(1));
    await expect(read(ref)).rejects.toMatchObject({ code: 'blob_corrupt' });
  });

  it('given the key of another run, then it does not open', async () => {
    const { ref } = await seal('text');
    await blobs.sealed.keyOf(other);
    writeFileSync(join(keys(), `${runId}.key`), readFileSync(join(keys(), `${other}.key`)));
    await expect(read(ref)).rejects.toMatchObject({ code: 'blob_corrupt' });
  });

  it('given the key is lost and nobody erased it, then that is told, as what may be made good', async () => {
    const { ref } = await seal('text');
    rmSync(keys(), { recursive: true });
    await expect(read(ref)).rejects.toMatchObject({ code: 'blob_key_missing', retry: 'hold' });
  });
});

describe('the keys', () => {
  it('given a key is made, then nobody else may read it, and it stands apart from the blobs', async () => {
    await seal('text');
    const path = join(keys(), `${runId}.key`);
    expect([statSync(path).mode & 0o777, statSync(keys()).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(readdirSync(keys())).toEqual([`${runId}.key`]);
  });

  it('given many ask for the first key at once, then all get the same', async () => {
    const salts = await Promise.all(
      Array.from({ length: 20 }, async () => (await blobs.sealed.keyOf(runId)).salt(subject)),
    );
    expect(new Set(salts).size).toBe(1);
    expect(readdirSync(keys())).toEqual([`${runId}.key`]);
  });

  it.each(['../../etc/passwd', 'run_x', `${runId}/..`, ''])(
    'given %j for a run, then it is no path',
    async (odd) => {
      await expect(blobs.sealed.keyOf(odd)).rejects.toThrow(RangeError);
    },
  );

  it.each([0, 31, 33])('given a key file of %i bytes, then it is no key', async (length) => {
    await seal('text');
    writeFileSync(join(keys(), `${runId}.key`), new Uint8Array(length));
    await expect(blobs.sealed.keyOf(runId)).rejects.toMatchObject({ code: 'blob_corrupt' });
  });
});

describe('an erasure', () => {
  it('given a run is erased, then its key and ciphertexts are gone, and it says so', async () => {
    const { ref } = await seal('text');
    const secret = readFileSync(join(keys(), `${runId}.key`));
    // A second name of the same file shows what the disk holds after the first is gone.
    linkSync(join(keys(), `${runId}.key`), join(root, 'still'));
    await erase([ref.blob]);
    expect(readFileSync(join(root, 'still'))).not.toEqual(secret);
    expect(readdirSync(keys())).toEqual([`${runId}.erased`]);
    expect(existsSync(blobs.pathOf(ref.blob))).toBe(false);
    await expect(read(ref)).rejects.toMatchObject({ code: 'blob_erased', retry: 'terminal' });
    expect(await blobs.sealed.tombstone(runId)).toMatchObject({ command_id: 'c1', blobs: [ref.blob] });
  });

  it('given it is done twice, or by two at once, then that is once, and the first order stands', async () => {
    const { ref } = await seal('text');
    await Promise.all([erase([ref.blob], 'c1'), erase([ref.blob], 'c1')]);
    await erase([], 'c2');
    expect(await blobs.sealed.tombstone(runId)).toMatchObject({ command_id: 'c1' });
  });

  it('given it was cut short after the key, then the next has the names of the rest from what was left', async () => {
    const { ref, ciphertext } = await seal('text');
    await erase([ref.blob]);
    await blobs.put(ciphertext);
    await erase([]);
    expect(existsSync(blobs.pathOf(ref.blob))).toBe(false);
  });

  it('given a backup brings the key back, then it is not read, and the next erasure takes it away again', async () => {
    const { ref } = await seal('text');
    const path = join(keys(), `${runId}.key`);
    const secret = readFileSync(path);
    await erase([]);
    writeFileSync(path, secret);
    await expect(read(ref)).rejects.toMatchObject({ code: 'blob_erased' });
    await erase([]);
    expect(existsSync(path)).toBe(false);
  });

  it('given it is erased, then no new key is made for it, and those of other runs stay', async () => {
    await seal('text');
    const salt = (await blobs.sealed.keyOf(other)).salt(subject);
    await erase([]);
    await expect(blobs.sealed.keyOf(runId)).rejects.toMatchObject({ code: 'blob_erased' });
    expect((await blobs.sealed.keyOf(other)).salt(subject)).toBe(salt);
  });

  it('given the exact plain text, then without the salt its digest is not the commitment', async () => {
    const operation = { kind: 'tag_repo', message: 'Ada Lovelace', tag_name: 'v1' };
    const salt = (await blobs.sealed.keyOf(runId)).salt(subject);
    const { ref } = await seal(canonicalJson({ ...operation, salt }));
    expect(ref.commitment).toBe(sha(canonicalJson({ ...operation, salt })));
    await erase([ref.blob]);
    const guesses = [operation, { ...operation, salt: '' }, { ...operation, salt: sha(runId) }];
    for (const guess of guesses) expect(sha(canonicalJson(guess))).not.toBe(ref.commitment);
  });
});
