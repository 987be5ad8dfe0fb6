/** The first words of commands of two words (`policy check`), each with its line in the list of commands. */
export const groups: Readonly<Record<string, string>> = {
  'api-key': 'keys of the HTTP API: add, list, revoke',
  approver: 'who may approve: key, add, remove, list',
  evidence: 'what systems outside vouch for: sign, add',
  issuer: 'whose evidence counts: add, remove, list',
  keys: 'keys: list, generate, rotate, revoke, signed',
  ledger: 'the ledger and what it vouches for: checkpoint, rebuild, serve, stats, fsck, export',
  policy: 'policies: check, test, explain, diff',
  receipt: 'one receipt: show, revoke',
};
