/**
 * The YAML parser descends once per level and runs out of stack, or of memory, on a megabyte of `[` or of `- `. So the
 * text is looked over before it is parsed, coarsely and in one pass: brackets left open, `- ` and `? ` in a row, and
 * lines each indented deeper than the last. Text inside of a value counts too; no plan has it this deep.
 */
const levelsMax = 100;

/** The offset where the nesting of `text` becomes too deep to parse, or undefined. */
export function firstTooDeep(text: string): number | undefined {
  return tooManyBrackets(text) ?? tooManyBlocks(text);
}

function tooManyBrackets(text: string): number | undefined {
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text[at];
    if (unit === '[' || unit === '{') open += 1;
    else if (unit === ']' || unit === '}') open = Math.max(0, open - 1);
    if (open > levelsMax) return at;
  }
  return undefined;
}

function tooManyBlocks(text: string): number | undefined {
  const indents: number[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const inRow = indicatorsInRow(line);
    if (inRow.count > levelsMax) return offset + inRow.indent;
    if (line.trim() !== '') {
      while ((indents.at(-1) ?? -1) >= inRow.indent) indents.pop();
      indents.push(inRow.indent);
    }
    if (indents.length > levelsMax) return offset + inRow.indent;
    offset += line.length + 1;
  }
  return undefined;
}

/** How many `- `, `? ` and `: ` a line begins with: each opens a level of its own. */
function indicatorsInRow(line: string): { readonly indent: number; readonly count: number } {
  let at = 0;
  let count = 0;
  while (line[at] === ' ') at += 1;
  const indent = at;
  while (isIndicator(line[at]) && isSpace(line[at + 1])) {
    count += 1;
    at += 1;
    while (isSpace(line[at]) && at < line.length) at += 1;
  }
  return { indent, count };
}

const isIndicator = (unit: string | undefined): boolean => unit === '-' || unit === '?' || unit === ':';
const isSpace = (unit: string | undefined): boolean => unit === ' ' || unit === '\t' || unit === '\r';
