/** What any program needs to run at all: its paths, its libraries, its place in the world. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'LD_LIBRARY_PATH'] as const;

/** What a child process of ours gets of our environment, and no more: the rest may hold secrets. Empty means unset. */
export const plainEnvironment = (env: NodeJS.ProcessEnv = process.env): Record<string, string> =>
  Object.fromEntries(inherited.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
