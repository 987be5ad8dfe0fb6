import { plainLine } from '@marketops/contracts';

const messageCharsMax = 500;

/** Takes secrets out of a text and leaves the rest of it. */
export type Redact = (text: string) => string;
/** Turns text from outside into one safe line: no secret, no control, invisible or bidirectional characters, not too long. */
export type Scrub = (text: string) => string;

/** A server may repeat a token it was sent, or gave; no text of its leaves here with it. The sets may grow. */
export function redactor(...tokens: readonly ReadonlySet<string>[]): Redact {
  return (text) => {
    let open = text;
    for (const known of tokens) for (const token of known) open = open.replaceAll(token, '[token]');
    return open;
  };
}

/** Control characters forge log lines and drive terminals; bidirectional ones make a text read as another. */
export const scrubber =
  (redact: Redact): Scrub =>
  (text) => {
    const line = plainLine(redact(text), ' ').trim();
    return line.length <= messageCharsMax ? line : `${line.slice(0, messageCharsMax).toWellFormed()}…`;
  };

/** What was read out of an answer, with every text in it redacted and well-formed: it may go into an event as it is. */
export function presentable<Value>(value: Value, redact: Redact): Value {
  const of = (one: unknown): unknown => {
    if (typeof one === 'string') return redact(one).toWellFormed();
    if (Array.isArray(one)) return one.map(of);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, member]) => [key, of(member)]));
  };
  return of(value) as Value;
}
