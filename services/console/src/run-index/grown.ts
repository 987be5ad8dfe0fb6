type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The same column with room for so many, twice as large where it must grow: appending stays cheap. */
export function grown<Kind extends Column>(column: Kind, needed: number): Kind {
  if (needed <= column.length) return column;
  const Of = column.constructor as new (length: number) => Kind;
  const larger = new Of(Math.max(needed, column.length * 2));
  larger.set(column);
  return larger;
}
