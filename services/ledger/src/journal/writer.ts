import { join } from 'node:path';
import type { CryptoPort, SigningKey } from '@marketops/proof';
import {
  type ChainPoint,
  type JournalFileId,
  journalFileName,
  journalFormat,
  signHeader,
} from '@marketops/verifier';
import { LedgerError } from '../errors.js';
import type { AppendFile, Disk } from './disk.js';

/** The key that headers, commits and acknowledgements are signed with now: asked for at each, for keys are rotated. */
export type LedgerSigner = () => { readonly keyId: string; readonly key: SigningKey };

export interface WriterOptions {
  readonly crypto: CryptoPort;
  readonly disk: Disk;
  /** The journal's folder. */
  readonly dir: string;
  readonly term: number;
  readonly logOrigin: string;
  readonly signer: LedgerSigner;
  readonly now: () => string;
}

/** Where the next line goes. */
export interface WritePlace {
  readonly file: JournalFileId;
  readonly offset: number;
  readonly line: number;
}

/**
 * The writing end of the journal: one open file, one batch at a time.
 *
 *   open ──commit──▶ open ──rotate──▶ open (next file)
 *    └── any fault of the disk ──▶ broken
 *
 * A broken writer never writes again: after a failed write or sync nobody knows what is on the disk (a second fdatasync
 * may report success for pages the kernel has already dropped). The next start reads what is there.
 */
export class JournalWriter {
  #options: WriterOptions;
  #open: { readonly id: JournalFileId; readonly file: AppendFile } | undefined;
  #current: JournalFileId;
  #offset = 0;
  #line = 0;
  #broken: LedgerError | undefined;

  private constructor(options: WriterOptions, after: ChainPoint) {
    this.#options = options;
    this.#current = { term: options.term, firstSequence: after.sequence + 1 };
  }

  /** Creates the term's first file. @throws LedgerError `disk_failed` */
  static async create(options: WriterOptions, after: ChainPoint): Promise<JournalWriter> {
    const writer = new JournalWriter(options, after);
    await writer.#begin(after);
    return writer;
  }

  /** The file written last, also while there is none open: those before it are finished. */
  get current(): JournalFileId {
    return this.#current;
  }

  get place(): WritePlace {
    if (this.#open === undefined) throw this.#broken ?? this.#failed('no file is open', undefined);
    return { file: this.#open.id, offset: this.#offset, line: this.#line };
  }

  /**
   * One write and one fdatasync: when it returns, the batch is durable.
   * @throws LedgerError `disk_failed`: nothing of the batch may be acknowledged, and the writer is broken
   */
  async commit(bytes: Uint8Array, lines: number): Promise<void> {
    if (this.#broken !== undefined || this.#open === undefined) {
      throw this.#broken ?? this.#failed('no file is open', undefined);
    }
    const { file, id } = this.#open;
    try {
      await file.append(bytes);
      await file.sync();
    } catch (cause) {
      throw this.#failed(`${journalFileName(id)} cannot be written`, cause);
    }
    this.#offset += bytes.length;
    this.#line += lines;
  }

  /** Goes on in a new file of the same term. */
  async rotate(after: ChainPoint): Promise<void> {
    await this.close();
    await this.#begin(after);
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.file.close();
  }

  async #begin({ sequence, hash }: ChainPoint): Promise<void> {
    const { crypto, disk, dir, term, logOrigin, signer, now } = this.#options;
    const id = { term, firstSequence: sequence + 1 };
    const { keyId, key } = signer();
    const header = signHeader(
      crypto,
      {
        format: journalFormat,
        term,
        first_sequence: id.firstSequence,
        prev_last_sequence: sequence,
        prev_last_hash: hash,
        log_origin: logOrigin,
        created_at: now(),
        key_id: keyId,
      },
      key,
    );
    const bytes = Buffer.from(`H ${header}\n`);
    let file: AppendFile | undefined;
    try {
      file = await disk.create(join(dir, journalFileName(id)));
      await file.append(bytes);
      await file.sync();
      await file.appear?.();
      this.#open = { id, file };
      this.#current = id;
    } catch (cause) {
      await file?.close().catch(() => undefined);
      if (cause instanceof LedgerError) throw cause;
      throw this.#failed(`${journalFileName(id)} cannot be made`, cause);
    }
    this.#offset = bytes.length;
    this.#line = 2;
  }

  #failed(what: string, cause: unknown): LedgerError {
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    this.#broken = new LedgerError('disk_failed', `The journal stopped: ${what}${reason}.`, { cause });
    return this.#broken;
  }
}
