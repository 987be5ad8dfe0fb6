import { access, constants, open, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { limits } from '@marketops/contracts';
import type { BlobStore } from '@marketops/store';

/** A file of the request: copied into the blob store and hashed, or why it could not be. */
export type ArtifactFacts =
  | { readonly sha256: string; readonly size_bytes: number }
  | { readonly fault: string };

export interface Artifacts {
  /** Copies a file below the principal's root into the blob store. */
  take(path: string): Promise<ArtifactFacts>;
  /** A text file's content, at most GitHub's limit for a body. */
  text(path: string): Promise<{ readonly text: string } | { readonly fault: string }>;
}

/**
 * The files of one principal. The path comes from the job: it is resolved through every symbolic link, and what ends
 * outside the root does not exist for the planner. Neither does what lies in `ownFolder`: a root that is too wide must
 * not make the keys of this system an asset.
 */
export function openArtifacts(blobs: BlobStore, root: string | undefined, ownFolder?: string): Artifacts {
  const locate = async (path: string): Promise<{ real: string } | { fault: string }> => {
    if (root === undefined) return { fault: 'this principal may name no files: it has no artifacts_root' };
    try {
      const realRoot = await realpath(resolve(root));
      const real = await realpath(join(realRoot, path));
      if (!real.startsWith(realRoot + sep)) return { fault: `${path} leads out of the artifacts root` };
      const own = ownFolder === undefined ? undefined : await realpath(ownFolder);
      if (own !== undefined && real.startsWith(own + sep))
        return { fault: `${path} belongs to MarketOps itself` };
      if (!(await stat(real)).isFile()) return { fault: `${path} is not a file` };
      await access(real, constants.R_OK);
      return { real };
    } catch {
      return { fault: `${path} cannot be read below the artifacts root` };
    }
  };
  return {
    async take(path) {
      const found = await locate(path);
      if ('fault' in found) return found;
      const { size } = await stat(found.real);
      if (size > limits.assetBytesMax)
        return { fault: `${path} is larger than ${limits.assetBytesMax} bytes` };
      const { ref, sizeBytes } = await blobs.putFile(found.real, limits.assetBytesMax);
      return { sha256: ref.slice('sha256:'.length), size_bytes: sizeBytes };
    },
    async text(path) {
      const found = await locate(path);
      if ('fault' in found) return found;
      // UTF-8 needs at most four bytes a character. Read, not kept: the text goes into the operation, which may be sealed.
      const bytesMax = limits.bodyCharsMax * 4;
      const bytes = await readBounded(found.real, bytesMax);
      if (bytes === undefined) return { fault: `${path} is larger than ${bytesMax} bytes` };
      try {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        return { text: text.replaceAll('\r\n', '\n') };
      } catch {
        return { fault: `${path} is not UTF-8 text` };
      }
    },
  };
}

/** The whole file, once and to its end; undefined where it has more bytes. */
async function readBounded(path: string, bytesMax: number): Promise<Uint8Array | undefined> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min((await file.stat()).size, bytesMax) + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) return buffer.subarray(0, length);
      length += bytesRead;
    }
    return undefined;
  } finally {
    await file.close();
  }
}
