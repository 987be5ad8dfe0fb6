/** What the shell gets. The same numbers for every command, listed in each command's help. */
export const exitCodes = {
  held: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  otherOutcome: 4,
  unreachable: 5,
  timedOut: 6,
  diverged: 7,
} as const;

export type ExitName = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[ExitName];

export const exitMeanings: Readonly<Record<ExitName, string>> = {
  held: 'it did what was asked, and what was checked held',
  failed: 'something failed or does not hold',
  usage: 'usage or input that is not accepted; nothing was done',
  notFound: 'there is no such run, operation, receipt or freeze, or no ledger here',
  otherOutcome:
    'it ended other than hoped: a run partial, failed, blocked in prod, cancelled or rejected; a receipt used already; an order refused or not taken',
  unreachable: 'Redis or the services are not reachable',
  timedOut: 'timed out waiting; what was waited for may still happen',
  diverged: 'decided again with today’s code and configuration, a step would come out otherwise',
};
