/** Begins the reason of a partition that this ledger has closed because Redis lost data; only such a one does it open again. */
const lostData = 'redis_lost_data: ';

/**
 * Redis holds nothing of this system. It may be that all is lost; it may as well be another Redis, where the whole
 * history has no business. That is a person's to say: `marketops ledger rebuild`.
 */
export const everythingLost = `${lostData}it holds nothing of this system; see what became of it, then marketops ledger rebuild`;

export const lostBecause = (what: string): string => lostData + what;

/** Closed by us, for data that the journal can put back. */
export const isRepairable = (reason: string): boolean =>
  reason.startsWith(lostData) && reason !== everythingLost;

/** Closed by a ledger, for whatever reason: a rebuild that a person has ordered opens it. */
export const isOurs = (reason: string): boolean =>
  reason.startsWith(lostData) || reason.startsWith('ledger_lost');
