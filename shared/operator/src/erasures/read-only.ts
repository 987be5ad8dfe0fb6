const codes: ReadonlySet<unknown> = new Set(['EROFS', 'EACCES', 'EPERM']);

/** Whether a folder may not be written by this process: mounted so, or another user’s. */
export const isReadOnly = (fault: unknown): boolean =>
  fault instanceof Error && 'code' in fault && codes.has(fault.code);
