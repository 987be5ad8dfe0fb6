const messageCharsMax = 500;

/** Turns text from outside into one safe line: no secret, no control or bidirectional characters, not too long. */
export type Scrub = (text: string) => string;

// Control characters forge log lines and drive terminals; bidirectional ones make a text read as another.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is taken out
const deceptive = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** A server may repeat the token it was sent; no text of its leaves here with it. */
export function scrubber(token: string): Scrub {
  return (text) => {
    const line = text.replaceAll(token, '[token]').replace(deceptive, ' ').trim().toWellFormed();
    return line.length <= messageCharsMax ? line : `${line.slice(0, messageCharsMax)}…`;
  };
}
