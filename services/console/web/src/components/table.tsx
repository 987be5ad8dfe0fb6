import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, type ReactNode, useEffect, useId, useMemo, useRef } from 'react';
import { thousands } from '../text/words.js';
import { GridPart, TickBox } from './table-parts.js';
import { useCursor } from './use-cursor.js';
import './table.css';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of a CSS grid, its least width in rem: "12rem", "minmax(8rem, 1fr)". */
  readonly width: string;
  readonly align?: 'end';
  readonly cell: (row: Row) => ReactNode;
}

export interface TableProps<Row> {
  /** What is listed, for whoever hears the page. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  /** Ticked rows, by key; a column with boxes where `onSelect` is given. */
  readonly selected?: ReadonlySet<string>;
  readonly onSelect?: (keys: ReadonlySet<string>) => void;
  /** How many there are in all, where that is known and more than `rows`. */
  readonly total?: number | undefined;
  /** Called when the end of `rows` comes into sight. */
  readonly onNeedMore?: (() => void) | undefined;
  readonly empty: ReactNode;
  /** j, k, x and Enter work anywhere on the page. One table of a page may have them. */
  readonly keys?: boolean;
}

const rowPx = 36;
/** More are asked for when this few are left below. */
const rowsAhead = 30;
const none: ReadonlySet<string> = new Set();

/** The narrowest that a track gets: head and rows are grids of their own, and must agree when the table is wider than its place. */
const leastRem = (track: string): number => Number(/([\d.]+)rem/.exec(track)?.[1] ?? 4);

const isOwnClick = ({ target }: MouseEvent): boolean =>
  target instanceof Element && target.closest('a, button, input') !== null;

/** A list of any length: only the rows in sight are in the page. Arrow keys, Home, End, Space and Enter work in it. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, rowKey, onOpen, selected = none, onSelect, total, onNeedMore, empty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const keys = useMemo(() => rows.map(rowKey), [rows, rowKey]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    // The sticky head covers the first row's height.
    scrollPaddingStart: rowPx,
    overscan: 10,
    getItemKey: (index) => keys[index] ?? index,
  });
  const tick = (key: string) => {
    const next = new Set(selected);
    if (!next.delete(key)) next.add(key);
    onSelect?.(next);
  };
  const cursor = useCursor({
    keys,
    scrollTo: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
    pageRows: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowPx) - 2),
    open: (index) => {
      const row = rows[index];
      if (row !== undefined) onOpen?.(row);
    },
    tick: onSelect === undefined ? undefined : (index) => tick(keys[index] ?? ''),
    everywhere: props.keys === true,
  });

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= rows.length - rowsAhead) onNeedMore?.();
  }, [last, rows.length, onNeedMore]);

  const boxes = onSelect !== undefined;
  const minWidth = `${(boxes ? 2.2 : 0) + columns.reduce((sum, { width }) => sum + leastRem(width), 0)}rem`;
  const gridTemplateColumns = `${boxes ? '2.2rem ' : ''}${columns.map(({ width }) => width).join(' ')}`;
  const allTicked = rows.length > 0 && keys.every((key) => selected.has(key));
  const cellClass = ({ align }: Column<Row>) => (align === 'end' ? 'table-cell end' : 'table-cell');
  return (
    <div className="table">
      <GridPart
        role="grid"
        ref={scroller}
        className="table-scroller"
        aria-label={label}
        aria-rowcount={(total ?? rows.length) + 1}
        aria-colcount={columns.length + (boxes ? 1 : 0)}
        aria-multiselectable={boxes}
        aria-activedescendant={cursor.at >= 0 ? `${id}-${cursor.at}` : undefined}
        tabIndex={0}
        onKeyDown={cursor.onKeyDown}
      >
        <GridPart role="rowgroup" className="table-head" style={{ minWidth }}>
          <GridPart role="row" className="table-row" aria-rowindex={1} style={{ gridTemplateColumns }}>
            {boxes ? (
              <GridPart role="columnheader" className="table-cell">
                <TickBox
                  label={`Select all ${thousands(rows.length)} rows loaded`}
                  checked={allTicked}
                  disabled={rows.length === 0}
                  onChange={() => onSelect(allTicked ? none : new Set(keys))}
                />
              </GridPart>
            ) : null}
            {columns.map((column) => (
              <GridPart role="columnheader" key={column.id} className={cellClass(column)}>
                {column.title}
              </GridPart>
            ))}
          </GridPart>
        </GridPart>
        <GridPart role="rowgroup" className="table-body" style={{ height: virtual.getTotalSize(), minWidth }}>
          {items.map(({ index, key, start }) => {
            const [row, name] = [rows[index], keys[index]];
            if (row === undefined || name === undefined) return null;
            const classes = ['table-row table-at', onOpen && 'opens', index === cursor.at && 'at-cursor'];
            return (
              <GridPart
                role="row"
                key={key}
                id={`${id}-${index}`}
                className={classes.filter(Boolean).join(' ')}
                aria-rowindex={index + 2}
                aria-selected={boxes ? selected.has(name) : undefined}
                style={{ gridTemplateColumns, transform: `translateY(${start}px)` }}
                onClick={(event) => {
                  cursor.put(name);
                  if (!isOwnClick(event)) onOpen?.(row);
                }}
              >
                {boxes ? (
                  <GridPart role="gridcell" className="table-cell">
                    <TickBox
                      label={`Select ${name}`}
                      checked={selected.has(name)}
                      onChange={() => tick(name)}
                    />
                  </GridPart>
                ) : null}
                {columns.map((column) => (
                  <GridPart role="gridcell" key={column.id} className={cellClass(column)}>
                    {column.cell(row)}
                  </GridPart>
                ))}
              </GridPart>
            );
          })}
        </GridPart>
      </GridPart>
      {rows.length === 0 ? <div className="table-empty">{empty}</div> : null}
    </div>
  );
}
