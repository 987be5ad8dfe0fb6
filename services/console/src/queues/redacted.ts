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
/** What is longer is no name of anything. */
const textMax = 200;
const depthMax = 6;
const hidden = '…';

/**
 * A value of a job with everything taken out that is not named above: titles, bodies, signatures, keys. Whoever may add a job
 * chooses its shape, so what is named is shown where it is a short text, or a list of them, and no deeper than ours go.
 */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value === null ? null : hidden;
  if (depth >= depthMax) return hidden;
  if (Array.isArray(value)) return value.slice(0, listMax).map((member) => redacted(member, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, listMax)
      .map(([name, member]) => [
        name.slice(0, textMax),
        (shown.has(name) ? nameOf(member) : undefined) ?? redacted(member, depth + 1),
      ]),
  );
}

function nameOf(member: unknown): string | readonly string[] | undefined {
  if (typeof member === 'string') return member.length <= textMax ? member : undefined;
  if (!Array.isArray(member)) return undefined;
  const names = member.slice(0, listMax).map(nameOf);
  return names.every((name) => typeof name === 'string') ? (names as string[]) : undefined;
}
