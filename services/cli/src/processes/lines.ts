import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut: a program that never breaks a line must not fill our memory. */
const lineCharsMax = 262_144;

/** Splits a stream of chunks into lines; give what it returns to `on('data')`. */
export function lineReader(take: (line: string) => void): (chunk: Buffer | string) => void {
  // A chunk may end in the middle of a character.
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (chunk) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = (lines.pop() ?? '').slice(0, lineCharsMax);
    for (const line of lines) take(line);
  };
}
