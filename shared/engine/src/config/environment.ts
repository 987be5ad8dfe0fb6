/** Environment variables that stand over the file. Empty means unset; mode is never among them (law D3). */
export const fromEnvironment = (env: NodeJS.ProcessEnv, name: string): string | undefined =>
  env[name] === undefined || env[name] === '' ? undefined : env[name];
