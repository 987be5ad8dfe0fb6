/**
 * Escape sequences in a JSON text, where all of them are of two characters and not `\/`: those are the only spelling
 * that RFC 8785 has for what they stand for. NaN where there is another, or so many that counting would not pay.
 */
function plainEscapes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at + 2)) {
    count += 1;
    if (count > 64 || !'"\\bfnrt'.includes(text.charAt(at + 1))) return Number.NaN;
  }
  return count;
}

/**
 * Characters of a number's canonical form, where no other spelling has so few: `1e2` is as short as `100`, and a fraction
 * may have two spellings of one length.
 */
function numberLength(value: number): number {
  if (!Number.isSafeInteger(value) || (value % 100 === 0 && value !== 0)) return Number.NaN;
  return String(value).length;
}

function itemsLength(items: readonly unknown[], depthLeft: number): number {
  // Two brackets, and a comma less than there are items.
  let length = items.length === 0 ? 2 : 1 + items.length;
  for (let index = 0; index < items.length; index++) length += formLength(items[index], depthLeft);
  return length;
}

function membersLength(value: Record<string, unknown>, depthLeft: number): number {
  let length = 1;
  let before = '';
  for (const key in value) {
    const first = key.charCodeAt(0);
    // Names that may be array indices are enumerated first wherever they stand, so that their order says nothing.
    const isIndex = first >= 0x30 && first <= 0x39;
    if (isIndex || before >= key || key === '__proto__') return Number.NaN;
    before = key;
    // Quotes, colon, and a comma or brace.
    length += key.length + 4 + formLength(value[key], depthLeft);
  }
  return length === 1 ? 2 : length;
}

/** Characters of a value's canonical form, escapes counted as one; NaN where that would not settle the matter. */
function formLength(value: unknown, depthLeft: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value === 'number') return numberLength(value);
  if (typeof value === 'boolean') return value ? 4 : 5;
  if (value === null) return 4;
  if (depthLeft === 0) return Number.NaN;
  return Array.isArray(value)
    ? itemsLength(value, depthLeft - 1)
    : membersLength(value as Record<string, unknown>, depthLeft - 1);
}

/** Whether every enumerable member is an object's own: one given to all objects would be counted as the text's. */
function arePrototypesBare(): boolean {
  for (const _ in {}) return false;
  return true;
}

/**
 * Whether a text is certainly the canonical form of the value that `JSON.parse` made of it, and that value one which has
 * such a form; where false, nothing is said. By counting, which takes a tenth of the time of writing the form anew:
 *
 * - Every escape is canonical, so each string in the text is, and is as long as the value's with its escapes.
 * - A number is spelled in more characters than its canonical form has, or is that form (others are not decided here).
 * - White space, and a member that a later one of its name has replaced, only add characters.
 *
 * So the text has as many characters as the canonical form only where it has the same tokens. They stand in canonical
 * order where the members' names ascend, since the engine enumerates names that are no indices as they were written.
 */
export function isCertainlyCanonical(text: string, value: unknown, depthMax: number): boolean {
  return (
    formLength(value, depthMax) + plainEscapes(text) === text.length &&
    text.isWellFormed() &&
    arePrototypesBare()
  );
}
