import { monotonicFactory } from 'ulid';

/** ULIDs that rise within a process even inside one millisecond. */
export const newUlid: () => string = (() => {
  const next = monotonicFactory();
  return () => next();
})();
