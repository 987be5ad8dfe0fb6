import type { CurrentKey } from '@marketops/engine';
import {
  type Checkpoint,
  type CryptoPort,
  decodeNote,
  ed25519Signer,
  emptyTreeRoot,
  formatCheckpoint,
  formatVerifierKey,
  type NoteSignature,
  noteVerifier,
  type OpenKeyring,
  openCheckpoint,
  ProofError,
  parseNote,
  signNote,
} from '@marketops/proof';
import {
  proveConsistency,
  type TilePlace,
  TileWriter,
  TlogError,
  type ToCosign,
  TreeReader,
} from '@marketops/tlog';
import { type ChainPoint, genesis } from '@marketops/verifier';
import { ProjectionError } from './errors.js';
import type { JournalEntries } from './journal-entries.js';
import { restoreTiles, WholenessCheck } from './whole.js';

export interface ProjectorPorts {
  readonly crypto: CryptoPort;
  /** The log's name: the checkpoint's origin, and the name its keys sign with. */
  readonly origin: string;
  readonly place: TilePlace;
  /** Keeps the last checkpoint that was signed here, wherever the tiles are: it is written before it is shown to anybody. */
  readonly memory: Pick<TilePlace, 'readCheckpoint' | 'writeCheckpoint'>;
  /** Places elsewhere that keep the newest checkpoint; those that cannot be reached are left out of a turn. */
  readonly copies?: readonly TilePlace[] | undefined;
  readonly onCopyFault?: ((copy: string, fault: TlogError | ProofError) => void) | undefined;
  /** Told when tiles that were gone from the place were written again. */
  readonly onRestored?: ((published: { readonly size: number; readonly root: string }) => void) | undefined;
  readonly entries: Pick<JournalEntries, 'read'>;
  readonly keyring: OpenKeyring;
  /** The key to sign with now. */
  readonly signer: () => CurrentKey;
  /** The last entry that is durable and acknowledged. */
  readonly settled: () => ChainPoint;
  /** What others sign of a checkpoint in the time there is; never rejects. */
  readonly cosign?: ((checkpoint: ToCosign) => Promise<readonly NoteSignature[]>) | undefined;
  /** @throws LedgerError `deposed` where another ledger writes this log by now */
  readonly checkTerm: () => Promise<void>;
}

/** A checkpoint that was signed, as somebody holds it. */
interface Held {
  readonly size: number;
  readonly root: string;
  readonly version: string | undefined;
}
const none: Held = { size: 0, root: emptyTreeRoot, version: undefined };

interface Open {
  readonly writer: TileWriter;
  readonly published: Held;
  readonly signed: Held;
  /** The entry that the published tree ends with. */
  readonly last: ChainPoint;
}

/**
 * Projects the journal into the public log: entry n is leaf n − 1, its canonical bytes the leaf's data.
 *
 *     closed ──open: what the place and the memory hold──▶ open ──project──▶ open
 *                                                           └── any fault ──▶ closed
 *
 * One turn: read what was settled since ─▶ tiles and bundles ─▶ prove that the new tree continues the published one, the
 * last one signed here and the copies elsewhere ─▶ look whether this is still the writer ─▶ sign ─▶ remember ─▶ ask witnesses ─▶ publish. A crash between any two of
 * these leaves nothing that the next turn does not go over: the tree is a function of the journal.
 *
 * It signs no checkpoint that contradicts another (law L1). Where it cannot be sure of that it signs none, and says why.
 */
export class TileProjector {
  #ports: ProjectorPorts;
  #open: Open | undefined;
  #running: Promise<Checkpoint> | undefined;
  #wholeness: WholenessCheck;
  /** A tile was found missing: they are written again before anything else is. */
  #isIncomplete = false;

  constructor(ports: ProjectorPorts) {
    this.#ports = ports;
    this.#wholeness = new WholenessCheck(ports.crypto, ports.place);
  }

  /**
   * Brings the log up to what is settled. Calls while one is under way share it.
   * @returns the checkpoint that is published then
   * @throws ProjectionError, LedgerError `deposed`, TlogError, ProofError, JournalError
   */
  project(): Promise<Checkpoint> {
    this.#running ??= this.#turn().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Waits for the turn under way. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  async #turn(): Promise<Checkpoint> {
    const target = this.#ports.settled();
    try {
      return await this.#publish(target);
    } catch (fault) {
      if (!(fault instanceof TlogError && fault.code === 'tile_missing') || this.#isIncomplete) throw fault;
      this.#isIncomplete = true;
      return this.#publish(target);
    }
  }

  async #publish(target: ChainPoint): Promise<Checkpoint> {
    const open = this.#open ?? (await this.#openPlace(target));
    this.#open = undefined;
    await this.#wholeness.step(open.published.size);
    const next = await this.#advance(open, target);
    this.#open = next;
    const { size, root } = next.published;
    return { origin: this.#ports.origin, size, root, extensions: [] };
  }

  async #advance(open: Open, target: ChainPoint): Promise<Open> {
    const { crypto, place, memory, entries, origin, checkTerm } = this.#ports;
    const { writer, published, signed, last } = open;
    const ahead = Math.max(published.size, signed.size);
    if (target.sequence < ahead) {
      throw new ProjectionError(
        'checkpoint_ahead',
        `A checkpoint of ${ahead} entries was signed; the journal has ${target.sequence}.`,
      );
    }
    await entries.read(last, target, (entry) => writer.append(entry));
    if (target.sequence === published.size) return open;

    const head = await writer.flush();
    const checkpoint: Checkpoint = { origin, ...head, extensions: [] };
    const tree = new TreeReader(crypto, place, head.size);
    // What was just written is read again: the proofs are made of what strangers will get.
    const copies = await this.#reachableCopies();
    for (const older of [published, signed, ...copies.map(({ held }) => held)])
      await proveConsistency(crypto, { tree, checkpoint }, older);
    await checkTerm();
    const note = this.#sign(checkpoint);
    // From here on it was signed, whoever gets to see it.
    const signedNow = { ...head, version: await memory.writeCheckpoint(Buffer.from(note), signed.version) };
    const cosigned = Buffer.from(await this.#cosigned(note, tree));
    const publishedNow = { ...head, version: await place.writeCheckpoint(cosigned, published.version) };
    for (const { place: copy, held } of copies)
      await this.#ofCopy(copy, () => copy.writeCheckpoint(cosigned, held.version));
    await writer.prune(head.size);
    return { writer, published: publishedNow, signed: signedNow, last: target };
  }

  #sign(checkpoint: Checkpoint): string {
    const { crypto, keyring, origin, signer } = this.#ports;
    const { keyId, key } = signer();
    const publicKey = keyring.describe(keyId)?.public_key ?? '';
    return signNote(formatCheckpoint(checkpoint), [ed25519Signer(crypto, { name: origin, key, publicKey })]);
  }

  /** What each copy holds: the new tree must continue that too, or the copy shows that the log was changed here. */
  async #reachableCopies(): Promise<readonly { readonly place: TilePlace; readonly held: Held }[]> {
    const reachable: { place: TilePlace; held: Held }[] = [];
    for (const place of this.#ports.copies ?? []) {
      const held = await this.#ofCopy(place, () => this.#held(place));
      if (held !== undefined) reachable.push({ place, held });
    }
    return reachable;
  }

  /** A copy that cannot be reached, that holds nothing a key of this log signed, or that somebody else writes too, does not keep the log from being published. */
  async #ofCopy<Value>(copy: TilePlace, work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await work();
    } catch (fault) {
      if (!(fault instanceof TlogError || fault instanceof ProofError)) throw fault;
      this.#ports.onCopyFault?.(copy.name, fault);
      return undefined;
    }
  }

  async #cosigned(note: string, tree: TreeReader): Promise<string> {
    const proofFrom = (oldSize: number) => tree.consistency(oldSize);
    const cosignatures = (await this.#ports.cosign?.({ note, size: tree.size, proofFrom })) ?? [];
    const { text, signatures } = parseNote(note);
    return signNote(text, [], [...signatures, ...cosignatures]);
  }

  async #openPlace(target: ChainPoint): Promise<Open> {
    const { crypto, place, memory, entries } = this.#ports;
    const signed = await this.#held(memory);
    const published = await this.#held(place);
    if (this.#isIncomplete) {
      await restoreTiles({ crypto, place, entries, published, target });
      this.#ports.onRestored?.(published);
      this.#isIncomplete = false;
    }
    const writer = await TileWriter.open(crypto, place, published);
    return { writer, published, signed, last: await this.#lastEntry(published.size) };
  }

  /**
   * Verified with every checkpoint key there ever was, ended and revoked ones too: what was signed binds this log whatever
   * became of the key, and who could forge it here can only make the log stand still.
   */
  async #held(from: ProjectorPorts['memory']): Promise<Held> {
    const { crypto, keyring, origin } = this.#ports;
    const held = await from.readCheckpoint();
    if (held === undefined) return none;
    const logKeys = keyring
      .list()
      .filter(({ purpose }) => purpose === 'checkpoint')
      .map(({ public_key: publicKey }) =>
        noteVerifier(crypto, formatVerifierKey(crypto, { name: origin, publicKey })),
      );
    const { checkpoint } = openCheckpoint(decodeNote(held.bytes), { origin, logKeys });
    return { size: checkpoint.size, root: checkpoint.root, version: held.version };
  }

  /** Its hash is the chain's: what the journal continues from, or the tiles are not of this journal. */
  async #lastEntry(size: number): Promise<ChainPoint> {
    const { crypto, place } = this.#ports;
    if (size === 0) return genesis;
    const bytes = await new TreeReader(crypto, place, size).entry(size - 1);
    return { sequence: size, hash: crypto.sha256Hex(bytes) };
  }
}
