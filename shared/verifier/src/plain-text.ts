/*
 * Text from outside (a plan's title, a remote error, what stood in a journal) may carry characters that a terminal obeys: it could
 * move the cursor, rewrite what stands above, set the clipboard, or show a name that is not the one that was approved.
 * Nothing from outside is printed without passing here; every command of ours, the stranger's too, uses this one.
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

/** Colours as a command itself writes them: the only sequence that `keepColoursOnly` lets through. */
const ownColours = new RegExp(`${esc}\\[[0-9;]{0,8}m`, 'g');

/**
 * Characters that act instead of being seen, that nobody sees, or that make a text read differently from what it is. Unicode's own
 * classes, so that what it adds is in them: control, format (bidirectional, zero width, tags), private and unassigned ones
 * (`C`), other line breaks than the newline (`Zl`, `Zp`), and what fonts are told to show as nothing (`Default_Ignorable`: the
 * Hangul fillers, variation selectors). Three letters are blank without any class saying so: the empty Braille pattern, a
 * musical note without head, and the Khitan filler.
 */
const deceptive = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}\u{16fe4}]/gu;

const spelled = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/**
 * One line, safe to print: escape sequences are removed, line breaks and tabs become spaces, and what is left of
 * control, invisible and direction-changing characters is spelled out (`\u{202e}`), so that the attempt shows.
 */
export function sanitize(text: string, charsMax = 2_000): string {
  const clean = text
    .slice(0, 4 * charsMax)
    .toWellFormed()
    .replace(sequences, '')
    .replace(/[\r\n\t]+/g, ' ')
    .replaceAll(deceptive, spelled);
  return clean.length > charsMax ? `${clean.slice(0, charsMax - 1).toWellFormed()}…` : clean;
}

/** Several lines, safe to print; line breaks stay. */
export function sanitizeLines(text: string, charsMax = 200_000): string {
  return text
    .slice(0, charsMax)
    .toWellFormed()
    .replace(sequences, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '  ')
    .replaceAll(deceptive, (character) => (character === '\n' ? character : spelled(character)));
}

/** The second fence, in front of a terminal: whatever a renderer forgot loses everything but colours and line breaks. */
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

/** JSON whose text is safe on a terminal, and says the same: `JSON.stringify` escapes C0 only, and C1 holds a second CSI. */
export const safeJson = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, undefined, indent) ?? 'null').replaceAll(deceptive, (character) =>
    // Only `indent` puts a line break itself into the text.
    character === '\n' ? character : escaped(character),
  );

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => {
    const unit = character.charCodeAt(at).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
