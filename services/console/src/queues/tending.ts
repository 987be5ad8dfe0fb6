/**
 * What an operator may do on the board: try a job of an upstream system again, or clear it away; the services' own jobs are hints,
 * which the sweeper makes again. Never to write one: whoever adds a job to an upstream system’s queue, or changes what one holds,
 * asks in that system’s name, and nobody may ask in another’s. Stopping is what freezing is for.
 */
const tending = /^\/api\/queues\/(?:%7B|\{)plans-[^/]+(?:%7D|\})\/[^/]+\/(?:retry|clean)$/i;

/** Whether a request only looks. */
export const isLooking = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** Whether it is one of the few that may change something. @param path below the board’s own, as it was sent */
export const isTending = (method: string, path: string): boolean => method === 'PUT' && tending.test(path);
