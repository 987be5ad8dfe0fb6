import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFile, readBounded, removeDrafts, syncFolder } from '@marketops/files';
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
  removeDrafts(nowMs: number): Promise<void> {
    return removeDrafts(join(this.#dir, 'logs'), nowMs, { recursive: true });
  }

  async #read(origin: string): Promise<Remembered | undefined> {
    for (;;) {
      const generation = await this.#newest(origin);
      if (generation === undefined) return undefined;
      const path = this.#file(origin, generation);
      try {
        const checkpoint = parseCheckpoint(parseNote(decodeNote(await readBounded(path, noteBytesMax))).text);
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
    if (!(await makeFile(file, note, { mode: 0o600 }))) return false;
    for (const path of [join(this.#dir, 'logs'), this.#dir]) await syncFolder(path);
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
