/** Of one run, its id included: what a list finds it by, not what it is about. */
const textCharsMax = 1_024;
const wordsCharsMax = 256;

/** Adds texts that the run is found by, each on a line of its own: a search finds nothing across two of them. */
export function addWords(run: { text: string }, ...texts: readonly string[]): void {
  for (const text of texts) {
    const line = `\n${normal(text.slice(0, wordsCharsMax))}\n`;
    if (line.length === 2 || run.text.includes(line) || run.text.length + line.length > textCharsMax)
      continue;
    run.text += line;
  }
}

const wordsMax = 8;
const queryCharsMax = 200;

/** The words of a search, as they stand in the texts; none where nothing was asked for. */
export const wordsOf = (text: string): string[] =>
  normal(text.slice(0, queryCharsMax)).split(' ').filter(Boolean).slice(0, wordsMax);

/** One form for what people type in many: composed, in lower case, every run of white space one space. */
const normal = (text: string): string => text.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
