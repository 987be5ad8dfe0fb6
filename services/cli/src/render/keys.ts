import type { PublicKey } from '@marketops/contracts';
import { holderOf } from '@marketops/engine';
import type { SignedThing } from '@marketops/operator/reading';
import { plural } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { table } from './table.js';

/** A key as it is listed, with what it is good for now. */
export interface ShownKey {
  readonly key_id: string;
  readonly purpose: string;
  readonly holder: string;
  readonly not_before: string | null;
  readonly not_after: string | null;
  readonly revoked_at: string | null;
  /** `signing`: its holder signs with it now; `valid`: what it signs counts. */
  readonly state: 'signing' | 'valid' | 'not_yet' | 'expired' | 'revoked';
  readonly age_days: number | null;
}

export const shownKey = (key: PublicKey, state: ShownKey['state'], nowMs: number): ShownKey => ({
  key_id: key.key_id,
  purpose: key.purpose,
  holder: holderOf(key),
  not_before: key.not_before,
  not_after: key.not_after ?? null,
  revoked_at: key.revoked_at,
  state,
  age_days: Math.max(0, Math.floor((nowMs - Date.parse(key.not_before)) / 86_400_000)),
});

const minute = (time: string | null): string => time?.replace('T', ' ').slice(0, 16) ?? '–';

export function renderKeys(output: Output, keys: readonly ShownKey[]): void {
  const { paint } = output;
  const tones = {
    signing: paint.green,
    valid: paint.green,
    not_yet: paint.yellow,
    expired: paint.dim,
    revoked: paint.red,
  };
  const rows = keys.map((key) => [
    key.key_id,
    key.purpose,
    sanitize(key.holder),
    minute(key.not_before),
    minute(key.revoked_at ?? key.not_after),
    key.age_days === null ? '–' : `${key.age_days} d`,
    tones[key.state](key.state.replace('_', ' ')),
  ]);
  const head = ['key', 'purpose', 'holder', 'from (UTC)', 'until (UTC)', 'age', 'state'];
  output.line(table(output, head, rows, 0));
}

/** One line for one thing; all of it is ours or checked by a schema, but for what stood in the journal. */
export function renderSigned(output: Output, thing: SignedThing): void {
  const { paint } = output;
  const late = thing.after_revocation ? paint.red('  after the revocation') : '';
  const where = `${String(thing.sequence).padStart(8)}  ${minute(thing.committed_at)}  ${thing.kind.padEnd(9)}`;
  output.line(`${where} ${sanitize(wordsOf(thing))}${late}`);
}

function wordsOf(thing: SignedThing): string {
  switch (thing.kind) {
    case 'statement':
      return `${thing.stream} seq ${range(thing.first_seq, thing.last_seq)}: ${thing.events.join(', ')}`;
    case 'receipt':
      return `${thing.receipt_id} ${thing.state}, ${thing.run_id} ${thing.operation_id}`;
    case 'commit':
      return `entries ${range(thing.sequence, thing.last_sequence)}`;
    default:
      return `${thing.id} in ${thing.stream} seq ${thing.seq} (${thing.event})`;
  }
}

const range = (first: number, last: number): string => (first === last ? `${first}` : `${first}–${last}`);

/** How many of each there were. */
export interface SignedSum {
  readonly key_id: string;
  readonly found: Readonly<Partial<Record<SignedThing['kind'], number>>>;
  /** Of the receipts, by what became of them. */
  readonly receipts: Readonly<Record<string, number>>;
  readonly after_revocation: number;
}

export function renderSum(
  output: Output,
  { key_id: keyId, found, receipts, after_revocation }: SignedSum,
): void {
  const parts = Object.entries(found).map(([kind, count]) => plural(count, kind));
  output.line();
  output.line(
    parts.length === 0 ? `${keyId} signed nothing in this journal.` : `${keyId}: ${parts.join(', ')}.`,
  );
  const fates = Object.entries(receipts).map(([state, count]) => `${count} ${state}`);
  if (fates.length > 0) output.line(`Receipts: ${fates.join(', ')}.`);
  if (after_revocation > 0)
    output.line(
      output.paint.red(`${after_revocation} committed after the revocation: whoever has the key used it.`),
    );
}
