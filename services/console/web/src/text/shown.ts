import { sanitize, sanitizeLines } from '@marketops/verifier/plain-text';

/*
 * Titles, bodies, reasons and names come from outside. React writes them as text nodes, so they are never markup; what is left is
 * text that reads differently from what it is. The same function as the command's spells such characters out.
 */

/** One line; control, invisible and direction-changing characters are spelled out as `\u{202e}`. */
export const shown = (text: string, charsMax = 2_000): string => sanitize(text, charsMax);

/** Several lines; line breaks stay. */
export const shownLines = (text: string, charsMax = 200_000): string => sanitizeLines(text, charsMax);
