/**
 * An outsider's text as it may stand in a message: JSON-quoted, at most 80 characters, printable ASCII. Messages reach
 * logs and terminals, where a newline forges a line and an escape sequence rewrites one.
 */
export function quoted(value: unknown): string {
  const text = JSON.stringify(String(value).slice(0, 80));
  return text.replace(
    /[^\u0020-\u007e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
