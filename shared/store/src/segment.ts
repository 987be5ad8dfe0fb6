import { InvariantError, readStatement, type Statement } from '@marketops/contracts';

/** Joins a statement and its events to what the store keeps. Canonical JSON has no raw newline, so lines are safe. */
export function encodeSegment(statement: Statement, events: readonly string[]): string {
  return `${JSON.stringify(statement)}\n${events.join('\n')}`;
}

/** Takes a stored segment apart. Its bytes are whatever stood in the store: the caller verifies before it believes. */
export function decodeSegment(
  value: string,
): { statement: Statement; statementLine: string; events: string[] } | { fault: string } {
  const end = value.indexOf('\n');
  if (end < 0) return { fault: 'a segment has no events' };
  const statementLine = value.slice(0, end);
  if (statementLine.length > 4_096) return { fault: 'a statement is longer than 4,096 characters' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(statementLine);
  } catch {
    return { fault: 'a statement is not JSON' };
  }
  const statement = readStatement(parsed);
  if (statement === undefined) return { fault: 'a statement has the wrong shape' };
  return { statement, statementLine, events: value.slice(end + 1).split('\n') };
}

/** The seq of an event in its canonical bytes is checked by the verifier; this is only the count from a first seq. */
export function lastSeqOf(firstSeq: number, events: readonly string[]): number {
  if (events.length === 0) throw new InvariantError('a segment must have at least one event');
  return firstSeq + events.length - 1;
}
