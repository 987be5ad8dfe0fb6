import {
  type AddCheckpoint,
  type Checkpoint,
  type CryptoPort,
  type NoteVerifier,
  openCheckpoint,
  ProofError,
  parseAddCheckpoint,
  parseCheckpoint,
  parseNote,
  verifyConsistency,
} from '@marketops/proof';

/** Each log a witness looks after, by its origin, with the keys that may sign for it. */
export type WitnessedLogs = ReadonlyMap<string, readonly NoteVerifier[]>;

/** What c2sp.org/tlog-witness answers, and why. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 409 | 422;
  readonly why: string;
  /** With 409: what the witness signed last, where another size was given. */
  readonly size?: number;
}

/** A request whose checkpoint a key of its log has signed. */
export interface Presented extends AddCheckpoint {
  readonly checkpoint: Checkpoint;
  /** The signed text. */
  readonly text: string;
}

const refuse = (status: Refusal['status'], why: string): { readonly refusal: Refusal } => ({
  refusal: { status, why },
});

/** Reads a request, and verifies who signed it. */
export function present(
  body: string,
  logs: WitnessedLogs,
): { readonly presented: Presented } | { readonly refusal: Refusal } {
  let request: AddCheckpoint;
  let claimed: Checkpoint;
  try {
    request = parseAddCheckpoint(body);
    claimed = parseCheckpoint(parseNote(request.note).text);
  } catch (fault) {
    if (fault instanceof ProofError) return refuse(400, fault.message);
    throw fault;
  }
  const logKeys = logs.get(claimed.origin);
  if (logKeys === undefined) return refuse(404, 'This witness does not know the log.');
  try {
    const { checkpoint, text } = openCheckpoint(request.note, { origin: claimed.origin, logKeys });
    if (request.oldSize > checkpoint.size)
      return refuse(400, 'The old size is larger than the checkpoint’s.');
    return { presented: { ...request, checkpoint, text } };
  } catch (fault) {
    if (fault instanceof ProofError) return refuse(403, fault.message);
    throw fault;
  }
}

/** Whether a checkpoint continues what was signed last. @param latest of this log; undefined where nothing was */
export function judge(
  crypto: CryptoPort,
  { oldSize, path, checkpoint }: Presented,
  latest: Pick<Checkpoint, 'size' | 'root'> | undefined,
): Refusal | undefined {
  const { size = 0, root } = latest ?? {};
  if (oldSize !== size) return { status: 409, why: 'Another size was signed last.', size };
  if (oldSize === 0 && size === 0 && root === undefined)
    return path.length === 0 ? undefined : { status: 422, why: 'From nothing there is no proof.' };
  if (root === undefined) return { status: 409, why: 'Another size was signed last.', size };
  if (checkpoint.size === size) {
    if (checkpoint.root !== root) return { status: 409, why: 'Another root of this size was signed.' };
    return path.length === 0 ? undefined : { status: 422, why: 'From the same size there is no proof.' };
  }
  // Every tree continues the empty one.
  if (size === 0)
    return path.length === 0 ? undefined : { status: 422, why: 'From nothing there is no proof.' };
  const claim = {
    firstSize: size,
    firstRoot: root,
    secondSize: checkpoint.size,
    secondRoot: checkpoint.root,
    path,
  };
  if (verifyConsistency(crypto, claim)) return undefined;
  return { status: 422, why: 'The proof does not show that the log continues what was signed last.' };
}
