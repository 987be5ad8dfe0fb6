import type { PublicKey } from '@marketops/contracts';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { table } from './table.js';

/** The keys of people or issuers, as the keyring lists them. */
export function renderHolders(
  output: Output,
  heads: readonly [holder: string, scope: string],
  rows: readonly { readonly holder: string; readonly scope: readonly string[]; readonly key: PublicKey }[],
  nowIso: string,
): void {
  const cells = rows.map(({ holder, scope, key }) => [
    output.paint.bold(sanitize(holder)),
    scope.map((one) => sanitize(one)).join(', ') || '–',
    sanitize(key.key_id),
    standing(output, key, nowIso),
  ]);
  output.line(table(output, [...heads, 'key', 'standing'], cells, 0));
}

function standing({ paint }: Output, key: PublicKey, nowIso: string): string {
  if (key.revoked_at !== null) {
    const why = key.revoked_because === undefined ? '' : `: ${sanitize(key.revoked_because, 200)}`;
    return paint.red(`revoked ${key.revoked_at}${why}`);
  }
  if (nowIso < key.not_before) return paint.yellow(`counts from ${key.not_before} on`);
  if (key.not_after !== undefined && nowIso >= key.not_after) return paint.yellow(`ended ${key.not_after}`);
  return paint.green(`counts since ${key.not_before}`);
}
