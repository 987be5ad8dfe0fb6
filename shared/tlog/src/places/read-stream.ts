import { TlogError } from '../errors.js';

/** All of a stream, as long as it is not larger than it may be: the length it announces is a claim like any other. */
export async function readStream(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
  what: string,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > bytesMax)
      throw new TlogError('place_answer_too_large', `${what} has more than ${bytesMax} bytes.`);
    parts.push(chunk);
  }
  return Buffer.concat(parts, length);
}
