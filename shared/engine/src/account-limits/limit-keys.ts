/**
 * Where the budget of an account lies in Redis. All of it carries one tag, so one script may touch all of it on a cluster.
 *
 *     budget    hash: what was spent when, and what the provider said
 *     requests  requests under way, each with the time when it counts as over whatever becomes of it
 *     running   operations under way, likewise
 *     promised  hash: how many writes each of them may still need
 *     waiting   operations that wait, in the order in which they may begin
 *     due       the same, each with the time by which it is to ask again
 *     jobs      hash: which job of the queue waits for each
 *     tenants   hash: how far each tenant has come in that order
 */
const parts = ['budget', 'requests', 'running', 'promised', 'waiting', 'due', 'jobs', 'tenants'] as const;

type LimitPart = (typeof parts)[number];

export const limitKey = (account: string, part: LimitPart): string =>
  `mo:limits:{${account.toLowerCase()}}:${part}`;

/** In the order in which the scripts expect them. */
export const limitKeys = (account: string): string[] => parts.map((part) => limitKey(account, part));

/** Every key of every account, for Redis users. */
export const limitKeyPattern = 'mo:limits:*';

/** Told when the provider wants an account to pause: `{ "account", "for_ms" }`. It spares waiting for the next answer. */
export const limitChannel = 'mo:limits';

/** A waiting or running operation, told apart from all others and from its own later receipts. */
export const waiterOf = (tenantId: string, runId: string, operationId: string): string =>
  `${tenantId}|${runId}|${operationId}`;

export const tenantOfWaiter = (waiter: string): string => waiter.slice(0, waiter.indexOf('|'));
