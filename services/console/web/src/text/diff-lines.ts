/** One line of a difference; `same` stands on both sides. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
  /** 1-based, on the side it stands. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Past this the table of the comparison would be larger than what it helps to read: then all of it is removed and added. */
const cellsMax = 4_000_000;

/** The shortest way from one text to the other, line by line (longest common subsequence). */
export function diffLines(before: string | null, after: string | null): readonly DiffLine[] {
  const old = linesOf(before);
  const now = linesOf(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end += 1;

  const result: DiffLine[] = [];
  const same = (at: number, other: number) =>
    result.push({ kind: 'same', text: old[at] ?? '', before: at + 1, after: other + 1 });
  const removed = (at: number) =>
    result.push({ kind: 'removed', text: old[at] ?? '', before: at + 1, after: undefined });
  const added = (at: number) =>
    result.push({ kind: 'added', text: now[at] ?? '', before: undefined, after: at + 1 });

  for (let at = 0; at < start; at++) same(at, at);
  const [oldEnd, nowEnd] = [old.length - end, now.length - end];
  const longest = commonLengths(old.slice(start, oldEnd), now.slice(start, nowEnd));
  const width = nowEnd - start + 1;
  let [i, j] = [start, start];
  while (i < oldEnd && j < nowEnd) {
    const cell = (row: number, column: number) => longest?.[(row - start) * width + (column - start)] ?? 0;
    if (longest !== undefined && old[i] === now[j]) same(i++, j++);
    else if (longest === undefined || cell(i + 1, j) >= cell(i, j + 1)) removed(i++);
    else added(j++);
  }
  while (i < oldEnd) removed(i++);
  while (j < nowEnd) added(j++);
  for (let at = 0; at < end; at++) same(oldEnd + at, nowEnd + at);
  return result;
}

const linesOf = (text: string | null): readonly string[] =>
  text === null || text === '' ? [] : text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');

/** Of every pair of tails, how many lines they share; undefined where the table would be too large. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint32Array | undefined {
  const width = now.length + 1;
  if ((old.length + 1) * width > cellsMax) return undefined;
  const table = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      table[i * width + j] =
        old[i] === now[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
    }
  }
  return table;
}
