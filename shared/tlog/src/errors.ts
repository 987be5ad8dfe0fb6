import { Fault, type FaultDetails } from '@marketops/contracts';

const nextByCode = {
  tile_missing: 'Fetch it from a mirror, or have the ledger project its journal anew into an empty place.',
  tile_malformed: 'Fetch it again or from a mirror: these bytes are no tile or bundle of this log.',
  tile_conflict:
    'Keep both: somebody wrote other entries into this place. Compare the journal with the last checkpoint seen elsewhere.',
  tree_differs:
    'Do not act on it: tiles and checkpoint are not of one tree. Fetch both again, or use a mirror.',
  entry_too_large: 'Keep an entry of the log to 65,535 bytes; put the rest into a blob.',
  checkpoint_conflict:
    'Nothing to do if another ledger was started on purpose: it signs now. Otherwise find who else writes this place.',
  place_failed: 'Wait, or repair the place named: folder, bucket or server. What it holds stays as it is.',
  witness_failed: 'Ask it again later, or ask whoever runs it what it has seen of this log.',
  place_answer_too_large: 'Use another mirror: a log’s resources have a size, and this is none of them.',
  path_invalid:
    'Ask for /checkpoint, /tile/<L>/<N>[.p/<W>] or /tile/entries/<N>[.p/<W>], as c2sp.org/tlog-tiles says.',
} as const;

export type TlogErrorCode = keyof typeof nextByCode;

/** A refusal of the tiled log: of what a place holds, or of the place itself. Only `place_failed` may go by itself. */
export class TlogError extends Fault<TlogErrorCode> {
  constructor(code: TlogErrorCode, message: string, details: Partial<FaultDetails> = {}) {
    const retry = code === 'place_failed' ? 'transient' : 'terminal';
    super(code, message, { next: nextByCode[code], retry, ...details });
  }
}
