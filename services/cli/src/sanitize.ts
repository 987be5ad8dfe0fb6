/*
 * Text from outside (a plan's title, a remote error, a log line of another process) may carry bytes that a terminal
 * obeys: it could move the cursor, rewrite what stands above, set the clipboard, or show a name that is not the one
 * that was approved. Nothing from outside is printed without passing here.
 */

const esc = '\u001b';
const control = '\u009b';

/** A terminal's escape sequences whole, so that no `[31m` is left behind: CSI, the string sequences, two-byte ones. */
const sequences = new RegExp(
  [
    `(?:${esc}\\[|${control})[0-?]*[ -/]*[@-~]`,
    `(?:${esc}[\\]PX^_]|[\u0090\u0098\u009d\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|${esc}\\\\|\u009c)?`,
    `${esc}[ -/]*[0-~]`,
  ].join('|'),
  'g',
);

/** Colours as this command itself writes them: the only sequence that `Output` lets through. */
const ownColours = new RegExp(`${esc}\\[[0-9;]{0,8}m`, 'g');

/** Characters that act instead of being seen, or make a text read differently from what it is. */
function isDeceptive(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    // Soft hyphen, Arabic letter mark, Mongolian vowel separator.
    code === 0xad ||
    code === 0x61c ||
    code === 0x180e ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0xfeff ||
    (code >= 0xfff9 && code <= 0xfffb) ||
    // Tags: invisible letters that spell a second text beside the visible one.
    (code >= 0xe0000 && code <= 0xe007f)
  );
}

const shown = (code: number): string => `\\u{${code.toString(16)}}`;

function replaceDeceptive(text: string, keep: (code: number) => boolean): string {
  let clean = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    clean += isDeceptive(code) && !keep(code) ? shown(code) : character;
  }
  return clean;
}

/**
 * One line, safe to print: escape sequences are removed, line breaks and tabs become spaces, and what is left of
 * control, invisible and direction-changing characters is spelled out (`\u{202e}`), so that the attempt shows.
 */
export function sanitize(text: string, charsMax = 2_000): string {
  const flat = text
    .toWellFormed()
    .replace(sequences, '')
    .replace(/[\r\n\t]+/g, ' ');
  const clean = replaceDeceptive(flat, () => false);
  return clean.length > charsMax ? `${clean.slice(0, charsMax - 1)}…` : clean;
}

/** Several lines, safe to print; line breaks stay. */
export function sanitizeLines(text: string, charsMax = 200_000): string {
  const clean = text
    .toWellFormed()
    .slice(0, charsMax)
    .replace(sequences, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '  ');
  return replaceDeceptive(clean, (code) => code === 0x0a);
}

/** The second fence, in `Output`: whatever a renderer forgot loses everything but colours and line breaks. */
export function keepColoursOnly(text: string): string {
  const pieces: string[] = [];
  let at = 0;
  for (const match of text.matchAll(ownColours)) {
    pieces.push(sanitizeLines(text.slice(at, match.index)), match[0]);
    at = match.index + match[0].length;
  }
  pieces.push(sanitizeLines(text.slice(at)));
  return pieces.join('');
}

/** JSON whose text is safe on a terminal: `JSON.stringify` escapes C0 only, and C1 holds a second CSI. */
export function safeJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent) ?? 'null';
  let safe = '';
  for (const unit of text) {
    const code = unit.codePointAt(0) ?? 0;
    if (code === 0x0a || !isDeceptive(code)) safe += unit;
    else for (let at = 0; at < unit.length; at += 1) safe += `\\u${hex4(unit.charCodeAt(at))}`;
  }
  return safe;
}

const hex4 = (code: number): string => code.toString(16).padStart(4, '0');
