import { Fault, type FaultDetails } from '@marketops/contracts';

const nextByCode = {
  ledger_lost:
    'Restore the ledger folder from a backup or mirror. Starting without it would forget what was acknowledged.',
  ledger_behind:
    'Put the newest copy of the ledger folder there is in its place: this one is older than what has been acknowledged.',
  wrong_redis:
    'Name the Redis of this system (REDIS_URL, or redis_url in marketops.yml). Nothing was written there.',
  journal_damaged:
    'Restore the file named from a backup or mirror. Nothing was changed; marketops verify names the place.',
  already_running: 'Stop the other ledger first, or let this one stand by; a log has one writer.',
  another_folder:
    'Give this ledger the folder of the one that writes (a standby shares it), or name another Redis. Nothing was written.',
  deposed: 'Start it again: it stands by for the ledger that has taken over. Nothing is lost.',
  disk_failed:
    'Free or repair the disk and start the ledger again: it goes on from the last batch that is whole on disk.',
  stopped: 'Start the ledger again; what it has not acknowledged waits in Redis.',
  index_failed: 'Remove the index folder and start the ledger again: it makes the index from the journal.',
} as const;

export type LedgerErrorCode = keyof typeof nextByCode;

/** Why a ledger does not start, or has stopped. Always terminal: it never goes on by itself after one of these. */
export class LedgerError extends Fault<LedgerErrorCode> {
  constructor(code: LedgerErrorCode, message: string, details: Partial<FaultDetails> = {}) {
    super(code, message, { next: nextByCode[code], ...details });
  }
}
