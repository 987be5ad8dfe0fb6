import type { Allowed } from '../access/caller.js';

/** What stands in a request's context. */
export interface ConsoleEnvironment {
  Variables: {
    /** Names the request in the log and in a problem. */
    requestId: string;
    /** Set by the guard of the operation. */
    allowed: Allowed | undefined;
    /** Of the operation that was meant; for the audit. */
    operation: string | undefined;
    /** Who is known to ask, whatever they may do. */
    known: Allowed['caller'] | undefined;
  };
}
