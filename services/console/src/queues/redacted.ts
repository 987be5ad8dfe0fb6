/** What of a job may be seen on a board: which run, operation and receipt it is about, and of what kind. */
const shown: ReadonlySet<string> = new Set([
  'run_id',
  'operation_id',
  'operation_ids',
  'operation_kind',
  'receipt_id',
  'tenant_id',
  'mode',
  'stream',
  'idempotency_key',
  'repository',
  'kind',
]);

const listMax = 50;

/** A value of a job with everything taken out that is not named above: titles, bodies, signatures, keys. */
export function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, listMax).map(redacted);
  if (typeof value !== 'object' || value === null) return value === null ? null : '…';
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      shown.has(name) && (typeof member === 'string' || Array.isArray(member))
        ? member
        : typeof member === 'object'
          ? redacted(member)
          : '…',
    ]),
  );
}
