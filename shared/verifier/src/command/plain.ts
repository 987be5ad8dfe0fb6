/**
 * Characters a terminal obeys, or that make a text read differently from what it is: control, format (bidirectional, zero
 * width), private and unassigned ones, and other line breaks than the newline.
 */
const deceptive = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** One line, safe to print. What stood in a journal may be an attacker's. */
export const plain = (text: string, charsMax = 2_000): string =>
  text
    .slice(0, charsMax)
    .toWellFormed()
    .replaceAll(deceptive, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** JSON whose text is safe on a terminal. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value, undefined, 2).replaceAll(deceptive, (character) =>
    character === '\n'
      ? character
      : Array.from(
          { length: character.length },
          (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
