import { digestBytes, ed25519Signer, formatCheckpoint, leafHash, rootOf, signNote } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { entriesPath, type TiledLog, tilePath, tileWidth } from '../tiles/source.js';
import type { JournalMaker } from './journal-maker.js';
import { logOrigin, type TestKey } from './keys.js';

const utf8 = new TextEncoder();

/** The entries of a journal, in order, as they stand there. */
export const entriesOf = (maker: JournalMaker): string[] =>
  maker
    .texts()
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => line.startsWith('E '))
    .map((line) => line.slice(2));

/** A checkpoint over entries, signed by a key. */
export function checkpointOf(entries: readonly string[], key: TestKey, origin = logOrigin): string {
  const root = rootOf(
    nodeCrypto,
    entries.map((entry) => leafHash(nodeCrypto, entry)),
  );
  const text = formatCheckpoint({ origin, size: entries.length, root, extensions: [] });
  const signer = { name: origin, key: key.key, publicKey: key.listed.public_key };
  return signNote(text, [ed25519Signer(nodeCrypto, signer)]);
}

/** Path → bytes of the whole tiled log, from scratch: each tile's hashes are roots of their own entries. */
export function tilesOf(entries: readonly string[], key: TestKey): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>([['checkpoint', utf8.encode(checkpointOf(entries, key))]]);
  const leaves = entries.map((entry) => leafHash(nodeCrypto, entry));
  for (let at = 0; at < entries.length; at += tileWidth) {
    const some = entries.slice(at, at + tileWidth).map((entry) => utf8.encode(entry));
    const bundle = some.map((bytes) => Buffer.from([bytes.length >> 8, bytes.length & 255, ...bytes]));
    files.set(entriesPath(at / tileWidth, some.length), Buffer.concat(bundle));
  }
  for (let level = 0, span = 1; span <= entries.length; level += 1, span *= tileWidth) {
    const hashes = Array.from({ length: Math.floor(entries.length / span) }, (_, at) =>
      digestBytes(rootOf(nodeCrypto, leaves.slice(at * span, (at + 1) * span))),
    );
    for (let at = 0; at < hashes.length; at += tileWidth) {
      const some = hashes.slice(at, at + tileWidth);
      files.set(tilePath(level, at / tileWidth, some.length), Buffer.concat(some));
    }
  }
  return files;
}

export const logOf = (files: ReadonlyMap<string, Uint8Array>): TiledLog => ({
  read: async (path) => files.get(path),
});
