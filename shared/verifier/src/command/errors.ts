import { Fault } from '@marketops/contracts';

const nextByCode = {
  verify_usage: 'See marketops-verify --help.',
  verify_file_unreadable:
    'Check the path, and that this user may read it; what is named must be a small file.',
  verify_keyring_invalid:
    'Take the keyring.json of the system whose journal it is, from whom you trust for it.',
  verify_journal_missing: 'Name the folder that holds the .jsonl files: <data folder>/ledger/journal.',
} as const;

export type VerifyCommandCode = keyof typeof nextByCode;

/** What keeps the command from verifying anything. */
export class VerifyCommandError extends Fault<VerifyCommandCode> {
  constructor(code: VerifyCommandCode, message: string, cause?: unknown) {
    super(code, message, { next: nextByCode[code], cause });
  }
}
