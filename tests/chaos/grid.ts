/** What one cell of a table shows, and where. */
export interface GridCell {
  readonly row: readonly string[];
  readonly column: string;
  readonly shown: string;
}

/** A table for people: a row per name, a dash where there is no cell. Rows stand in the order in which they first come. */
export function grid(
  heads: readonly string[],
  columns: readonly string[],
  cells: readonly GridCell[],
): string {
  const rows = new Map<string, { readonly names: readonly string[]; readonly shown: Map<string, string> }>();
  for (const { row, column, shown } of cells) {
    const key = row.join('\n');
    const known = rows.get(key) ?? { names: row, shown: new Map<string, string>() };
    known.shown.set(column, shown);
    rows.set(key, known);
  }
  const lines = [
    [...heads, ...columns],
    ...[...rows.values()].map(({ names, shown }) => [
      ...names,
      ...columns.map((column) => shown.get(column) ?? '–'),
    ]),
  ];
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
