import { type KeyboardEvent, useState } from 'react';
import { useShortcuts } from '../data/shortcuts.js';

export interface CursorOptions {
  /** The rows' keys, in order. */
  readonly keys: readonly string[];
  readonly scrollTo: (index: number) => void;
  /** How many rows one screen is. */
  readonly pageRows: () => number;
  readonly open: (index: number) => void;
  readonly tick: ((index: number) => void) | undefined;
  /** j, k, x and Enter work anywhere on the page. */
  readonly everywhere: boolean;
}

export interface Cursor {
  /** −1: on no row. */
  readonly at: number;
  readonly put: (key: string) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/** The row the keys are at. It stays with its row when others come in above it. */
export function useCursor({ keys, scrollTo, pageRows, open, tick, everywhere }: CursorOptions): Cursor {
  const [key, put] = useState<string>();
  const at = key === undefined ? -1 : keys.indexOf(key);
  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(keys.length - 1, index));
    put(keys[next]);
    if (keys.length > 0) scrollTo(next);
  };
  const openHere = () => (at >= 0 ? open(at) : undefined);
  const tickHere = () => (at >= 0 ? tick?.(at) : undefined);
  useShortcuts(
    everywhere
      ? [
          { key: 'j', label: 'Next row', run: () => goTo(at + 1) },
          { key: 'k', label: 'Previous row', run: () => goTo(at - 1) },
          { key: 'Enter', label: 'Open the row', run: openHere },
          ...(tick === undefined ? [] : [{ key: 'x', label: 'Select the row', run: tickHere }]),
        ]
      : [],
  );
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowDown') goTo(at + 1);
    else if (event.key === 'ArrowUp') goTo(at - 1);
    else if (event.key === 'PageDown') goTo(at + pageRows());
    else if (event.key === 'PageUp') goTo(at - pageRows());
    else if (event.key === 'Home') goTo(0);
    else if (event.key === 'End') goTo(keys.length - 1);
    else if (event.key === 'Enter') openHere();
    else if (event.key === ' ') tickHere();
    else return;
    event.preventDefault();
  };
  return { at, put, onKeyDown };
}
