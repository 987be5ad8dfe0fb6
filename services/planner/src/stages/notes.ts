import { limits, plainLine } from '@marketops/contracts';
import type { Changes, MergedPull } from '../ports/discovery.js';
import type { Selected } from './2-select.js';

/** Left free below GitHub's limit: the publisher adds a line by which it finds its release again. */
export const bodyCharsMax = limits.bodyCharsMax - limits.markerCharsMax;

const cut = '* … and more: the list is cut short here.';

interface NotesOf {
  readonly tagName: string;
  /** The tag before; null for a first release. */
  readonly since: string | null;
  readonly changes: Changes;
}

/**
 * Notes as GitHub words them: what was merged, and where to see all of it. Made of nothing but what was read, so the same
 * reads make the same text, and that text is what gets authorized. GitHub's list of new contributors is not among it.
 */
export function generatedNotes({ tagName, since, changes }: NotesOf, charsMax: number): string {
  const range = since === null ? `commits/${tagName}` : `compare/${since}...${tagName}`;
  const link = `**Full Changelog**: ${changes.web_url}/${range}`;
  if (changes.pulls.length === 0 && changes.complete) return link;
  const head = "## What's Changed";
  const lines: string[] = [];
  // Both lines that may follow are counted from the start: whatever is cut, the text fits and says that it was.
  let chars = head.length + cut.length + link.length + 5;
  for (const line of changes.pulls.map(lineOf)) {
    chars += line.length + 1;
    if (chars > charsMax) break;
    lines.push(line);
  }
  const whole = changes.complete && lines.length === changes.pulls.length;
  return [head, ...lines, ...(whole ? [] : [cut]), '', '', link].join('\n');
}

const lineOf = ({ title, author, url }: MergedPull): string =>
  `* ${asWritten(title)} by ${byline(author ?? 'ghost')} in ${plain(url)}`;

/** Of a title that anybody may have written: one line, and everything in it visible. */
const plain = (text: string): string => plainLine(text.slice(0, 500), ' ').trim();

/**
 * A title as GitHub shows it in a list: what its author wrote, character for character, and none of it Markdown. A link, an image,
 * a fold or a comment would make the notes say, hide or fetch what nobody who approves them sees, and a mention would call whom
 * it names.
 */
function asWritten(title: string): string {
  return (
    plain(title)
      .replaceAll(/[\\`[\]!<>&~|]/g, '\\$&')
      // At its beginning it would be a heading, a quotation or a list.
      .replace(/^(\d{0,9})([#+*=.)-])/, '$1\\$2')
      // A mention is looked for in what is left when the Markdown is gone; in code it is none.
      .replaceAll(/@+/g, '`$&`')
  );
}

/** The account that GitHub says it is of; anything else is only a text. */
const byline = (author: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:\[bot\])?$/.test(author) ? `@${author}` : asWritten(`@${author}`);

/** The body of an operation: what was asked for, and below it what was generated. Null where it cannot be read. */
export function bodyOf({ requested, facts }: Selected): string | null {
  if (facts.body === null || 'fault' in facts.body) return null;
  const { text } = facts.body;
  const { changes } = facts;
  if (requested.kind !== 'publish_release' || changes === null || 'fault' in changes) return text;
  const gap = text === '' ? '' : '\n\n';
  const notes = generatedNotes(
    { tagName: requested.tag_name, ...changes },
    bodyCharsMax - text.length - gap.length,
  );
  return `${text}${gap}${notes}`;
}
