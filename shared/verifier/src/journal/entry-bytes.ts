const before = '{"event":';
const digest = '0'.repeat(64);
const fixedTailLength =
  `,"event_digest":"${digest}","prev_hash":"${digest}","sequence":,"statement_digest":"${digest}"}`.length;

/** The event's own bytes inside an entry's canonical JSON: its five members stand in one order, so the place is known. */
export const eventBytesOf = (entryBytes: string, sequence: number): string =>
  entryBytes.slice(before.length, entryBytes.length - fixedTailLength - String(sequence).length);

/** What an entry's bytes say of its place, without believing or parsing the rest; undefined where they say nothing. */
export function claimedPlace(entryBytes: string): { prevHash: string; sequence: number } | undefined {
  const match =
    /"prev_hash":"([0-9a-f]{64})","sequence":(\d{1,16}),"statement_digest":"[0-9a-f]{64}"\}$/.exec(
      entryBytes,
    );
  return match === null ? undefined : { prevHash: match[1] ?? '', sequence: Number(match[2]) };
}
