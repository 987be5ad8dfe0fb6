/** What a token may do, in GitHub’s words: permission → level. `write` includes `read`. */
export type Level = 'read' | 'write' | 'admin';
export type Permissions = Readonly<Record<string, Level>>;

const levels: readonly Level[] = ['read', 'write', 'admin'];
const reaches = (held: Level | undefined, wanted: Level): boolean =>
  held !== undefined && levels.indexOf(held) >= levels.indexOf(wanted);

/** What an endpoint asks for: one of these is enough. Written as in `x-accepted-github-permissions`. */
export interface Need {
  readonly anyOf: readonly string[];
  readonly level: Level;
}

export const need = (level: Level, ...anyOf: readonly string[]): Need => ({ anyOf, level });

/** Metadata may be read by whoever holds anything: GitHub adds it by itself. */
export const grants = (permissions: Permissions, { anyOf, level }: Need): boolean =>
  anyOf.some((name) => reaches(permissions[name] ?? (name === 'metadata' ? 'read' : undefined), level));

/** Whether `asked` stays within `held`. A name that is not held at all is outside. */
export const isWithin = (asked: Permissions, held: Permissions): boolean =>
  Object.entries(asked).every(([name, level]) => grants(held, need(level, name)));
