import type { Inflate } from './reader.js';

/** What browsers have, and Node too. Stops as soon as there is more than there may be. */
export const inflateWeb: Inflate = async (packed, bytesMax) => {
  // A copy: the stream may take what it is given.
  const reader = new Blob([packed.slice()])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'))
    .getReader();
  const unpacked = new Uint8Array(bytesMax);
  let filled = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return unpacked.subarray(0, filled);
    if (filled + value.length > bytesMax) {
      await reader.cancel();
      throw new RangeError(`it unpacks to more than ${bytesMax} bytes`);
    }
    unpacked.set(value, filled);
    filled += value.length;
  }
};
