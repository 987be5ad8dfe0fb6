import { oneLine, sourcesIn } from './error-codes.js';

/** A place where a reason gets its code, with the code as it is written there. */
interface Mention {
  readonly file: string;
  readonly text: string;
  readonly written: string;
}

/**
 * Every code that a `Reason` is given in the sources: in literals `{ code, message, remedy }`, and in calls of the helpers
 * that make one (whatever begins with `(code: string, message: string`). A code that is not read here would be a code
 * that nobody documents, so one that is written in a way unknown here is an error.
 */
export function reasonCodes(): ReadonlySet<string> {
  const sources = ['shared', 'services'].flatMap(sourcesIn).map(withoutComments);
  const helpers = new Set(sources.flatMap(({ text }) => declared(text)));
  const mentions = sources.flatMap((source) => [
    ...written(source, literal),
    ...[...helpers]
      .filter((name) => knows(source.text, name))
      .flatMap((name) => written(source, callOf(name))),
  ]);
  return new Set(mentions.flatMap((mention) => codesOf(mention, sources)));
}

const literal = /\{\s*code: ([^,\n]+),\s*message\b[^{}]*?(?:\$\{[^{}]*\}[^{}]*?)*\bremedy\b/g;
const callOf = (name: string) => new RegExp(`(?<![.\\w])${name}\\(\\s*([^,()]+),`, 'g');

const written = ({ file, text }: Omit<Mention, 'written'>, how: RegExp): Mention[] =>
  [...text.matchAll(how)].map(([, code = '']) => ({ file, text, written: oneLine(code) }));

const declared = (text: string): string[] =>
  /\b(?:Reason|Answer)\b/.test(text)
    ? [...text.matchAll(/const (\w+) = \(\s*code: string,\s*message: string/g)].map(([, name = '']) => name)
    : [];

/** A helper of that name is declared in this file or imported into it: others may have another `missing`. */
const knows = (text: string, name: string): boolean =>
  declared(text).includes(name) || new RegExp(`import [^;]*\\b${name}\\b[^;]*from '\\.`).test(text);

/** Handed on: a helper's own parameter, and the code of a fault, which has its row where its class has its section. */
const handedOn = new Set(['code', 'fault.code', 'code: string', 'z.string().regex(/^[a-z0-9_]{1']);

function codesOf(
  { file, text, written: code }: Mention,
  sources: readonly { readonly text: string }[],
): string[] {
  if (handedOn.has(code)) return [];
  const [, plain] = /^'([a-z0-9_]+)'$/.exec(code) ?? [];
  if (plain !== undefined) return [plain];
  if (/^\w+$/.test(code)) {
    const constant = new RegExp(`const ${code} = '([a-z0-9_]+)'`);
    const value = [text, ...sources.map((source) => source.text)]
      .map((one) => constant.exec(one)?.[1])
      .find(Boolean);
    if (value !== undefined) return [value];
  }
  // `${name}_differs`, where the name is the first of each row of a table: ['run_id', receipt.run_id, …].
  const [, ending] = /^`\$\{name\}(_[a-z_]+)`$/.exec(code) ?? [];
  if (ending !== undefined) {
    const names = [...text.matchAll(/\['([a-z_]+)', receipt\./g)].map(([, name]) => `${name}${ending}`);
    if (names.length > 0) return names;
  }
  throw new TypeError(`${file}: it is not known which reason codes ${code} stands for`);
}

/** Lines of comments; what follows a statement on its line stays. */
const withoutComments = ({ file, text }: { file: string; text: string }) => ({
  file,
  text: text.replaceAll(/^\s*(?:\/\*[\s\S]*?\*\/|\/\/.*)$/gm, ''),
});
