import { useSyncExternalStore } from 'react';

/** A choice of this person in this browser; where nothing may be kept it holds until the page is closed. */
export interface Stored {
  get(): string | undefined;
  set(value: string | undefined): void;
  /** The value as it stands, in a component. */
  use(): string | undefined;
}

export function stored(name: string): Stored {
  let value = read(name);
  const listeners = new Set<() => void>();
  const get = () => value;
  return {
    get,
    set(next) {
      value = next;
      write(name, next);
      for (const listener of listeners) listener();
    },
    use: () =>
      useSyncExternalStore((listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      }, get),
  };
}

function read(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Private windows and some policies keep nothing.
  }
}
