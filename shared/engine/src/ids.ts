import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';

const pool = new Uint32Array(1_024);
let used = pool.length;

/** Cryptographic randomness in [0, 1), fetched for a thousand values at a time; ULID's own asks once per character. */
function random(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return (pool[used++] ?? 0) / 2 ** 32;
}

/** ULIDs that rise within a process even inside one millisecond. */
export const newUlid: () => string = (() => {
  const next = monotonicFactory(random);
  return () => next();
})();
