import { expect, it } from 'vitest';
import { lineReader } from './lines.js';

it('given chunks that end in the middle of a character, then the lines are whole', () => {
  const lines: string[] = [];
  const take = lineReader((line) => lines.push(line));
  for (const byte of Buffer.from('größer → 𝄞\nzwei\nrest')) take(Buffer.of(byte));
  expect(lines).toEqual(['größer → 𝄞', 'zwei']);
});
