import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Checkpoint,
  type CryptoPort,
  decodeNote,
  noteBytesMax,
  parseCheckpoint,
  parseNote,
} from '@marketops/proof';
import { WitnessError } from './errors.js';

/** What was signed last of a log. */
export interface Remembered {
  readonly generation: number;
  readonly checkpoint: Checkpoint;
}

/** A draft lives for milliseconds. One that is older was left by a process that was killed. */
const draftAgeMs = 60_000;

/**
 * What a witness has signed, in a folder: of each log the newest checkpoint.
 *
 *     logs/<SHA-256 of the origin>/<generation>
 *
 * A generation is made exclusively, and on the disk before anybody is answered. Two who know the same one cannot both make
 * the next: so what is looked at and what is replaced is the same, whoever else writes here. An old generation goes only
 * when a newer one is there, and one that is made below a newer one does not count.
 *
 * What it has seen there it knows for as long as it runs: a folder that has forgotten it is not believed.
 */
export class WitnessStore {
  #dir: string;
  #crypto: CryptoPort;
  #seen = new Map<string, Remembered>();

  constructor(dir: string, crypto: CryptoPort) {
    this.#dir = dir;
    this.#crypto = crypto;
  }

  /** @returns undefined where nothing of the log was signed @throws WitnessError `witness_state_invalid` */
  async latest(origin: string): Promise<Remembered | undefined> {
    // Looked up first: what others remember meanwhile may be newer than what is read here.
    const seen = this.#seen.get(origin);
    const found = await this.#read(origin);
    if (seen !== undefined && !continues(seen, found)) {
      throw new WitnessError(
        'witness_state_invalid',
        `${this.#folder(origin)} has forgotten that a checkpoint of ${seen.checkpoint.size} entries was signed.`,
      );
    }
    if (found !== undefined) this.#see(origin, found);
    return found;
  }

  /** Removes what processes that were killed did not finish. Best effort. */
  async removeDrafts(nowMs: number): Promise<void> {
    const logs = join(this.#dir, 'logs');
    for (const name of await readdir(logs, { recursive: true }).catch(() => [])) {
      if (!name.endsWith('.draft')) continue;
      const draft = join(logs, name);
      const stats = await stat(draft).catch(() => undefined);
      if (stats !== undefined && nowMs - stats.mtimeMs > draftAgeMs) await rm(draft, { force: true });
    }
  }

  async #read(origin: string): Promise<Remembered | undefined> {
    for (;;) {
      const generation = await this.#newest(origin);
      if (generation === undefined) return undefined;
      const path = this.#file(origin, generation);
      try {
        if ((await stat(path)).size > noteBytesMax) throw new Error('it is too large');
        const checkpoint = parseCheckpoint(parseNote(decodeNote(await readFile(path))).text);
        if (checkpoint.origin !== origin) throw new Error('it is of another log');
        return { generation, checkpoint };
      } catch (cause) {
        // A newer one was made, and this one removed, while it was looked at.
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') continue;
        throw new WitnessError('witness_state_invalid', `${path} cannot be read.`, { cause });
      }
    }
  }

  /**
   * Remembers a checkpoint, durably.
   * @param after the generation it follows; 0 for the first
   * @returns false where another followed it already: nothing was remembered
   */
  async advance(origin: string, after: number, note: string): Promise<boolean> {
    const folder = this.#folder(origin);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = this.#file(origin, after + 1);
    const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.draft`;
    try {
      const handle = await open(draft, 'wx', 0o600);
      try {
        await handle.writeFile(note);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await link(draft, file);
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw fault;
    } finally {
      await rm(draft, { force: true });
    }
    for (const path of [folder, join(this.#dir, 'logs'), this.#dir]) await syncFolder(path);
    if ((await this.#newest(origin)) !== after + 1) {
      await rm(file, { force: true });
      return false;
    }
    this.#see(origin, { generation: after + 1, checkpoint: parseCheckpoint(parseNote(note).text) });
    await rm(this.#file(origin, after), { force: true });
    return true;
  }

  #see(origin: string, remembered: Remembered): void {
    const { generation = 0 } = this.#seen.get(origin) ?? {};
    if (remembered.generation > generation) this.#seen.set(origin, remembered);
  }

  async #newest(origin: string): Promise<number | undefined> {
    const names = await readdir(this.#folder(origin)).catch((fault: NodeJS.ErrnoException) => {
      if (fault.code === 'ENOENT') return [];
      throw fault;
    });
    const generations = names.filter((name) => /^[0-9]{16}$/.test(name)).map(Number);
    return generations.length === 0 ? undefined : Math.max(...generations);
  }

  #folder(origin: string): string {
    return join(this.#dir, 'logs', this.#crypto.sha256Hex(origin));
  }

  #file(origin: string, generation: number): string {
    return join(this.#folder(origin), String(generation).padStart(16, '0'));
  }
}

function continues(seen: Remembered, found: Remembered | undefined): boolean {
  if (found === undefined || found.checkpoint.size < seen.checkpoint.size) return false;
  if (found.generation === seen.generation || found.checkpoint.size === seen.checkpoint.size)
    return found.checkpoint.root === seen.checkpoint.root;
  return found.generation > seen.generation;
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
