/** What the shell gets: the same numbers as the marketops command. */
export const exitCodes = { held: 0, failed: 1, usage: 2, notFound: 3 } as const;
