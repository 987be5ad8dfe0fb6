import { type GateCheck, gateCheckNumber } from '@marketops/contracts';

/** What enforces a law while the system runs: a function or class by its name, and the file it stands in. */
export interface LawCheck {
  readonly name: string;
  readonly file: string;
  /** Which of the gate's twelve checks it is, 1–12. */
  readonly gate_check?: number;
}

const at =
  (folder: string) =>
  (name: string, file: string): LawCheck => ({ name, file: `${folder}/${file}` });
const contracts = at('shared/contracts/src');
const proof = at('shared/proof/src');
const store = at('shared/store/src');
const engine = at('shared/engine/src');
const github = at('shared/github/src');
const policy = at('shared/policy/src');
const verifier = at('shared/verifier/src');
const planner = at('services/planner/src');
const federation = at('services/federation/src');
const publisher = at('services/publisher/src');
const gate = at('services/publisher/src/gate');
const gateCheck = (check: GateCheck, name: string, file: string): LawCheck => ({
  ...gate(name, file),
  gate_check: gateCheckNumber(check),
});
const ledger = at('services/ledger/src');

const boundary = publisher('LiveSideEffectPort', 'side-effects.ts');
const onlyKey = gate('GatedOperation', 'gated-operation.ts');
const unconsumed = gateCheck('unconsumed', 'checkUnconsumed', 'unconsumed.ts');
const signatures = gateCheck('signatures', 'checkSignatures', 'signatures.ts');
const mint = federation('openMint', 'mint.ts');
const ruling = federation('rule', 'deciding/rule.ts');
const reading = store('createVerifiedReader', 'reader.ts');
const journal = verifier('verifyJournalFiles', 'journal/verify.ts');

/**
 * Law by law, what acts on it at run time; a test compares every row with the file it names. A law that is not here is
 * enforced by what is built later, or by nothing that has a name.
 */
export const lawChecks: Readonly<Record<string, readonly LawCheck[]>> = {
  D1: [contracts('nullSideEffectPort', 'side-effect-port.ts'), planner('execute', 'stages/6-execute.ts')],
  D2: [contracts('SideEffectPort', 'side-effect-port.ts'), github('readsOnly', 'reads-only.ts')],
  D3: [contracts('parseMode', 'mode.ts'), gateCheck('mode', 'checkMode', 'mode.ts')],
  D4: [gateCheck('mode', 'checkMode', 'mode.ts'), ruling, proof('signAdvisory', 'receipts.ts')],
  D5: [planner('execute', 'stages/6-execute.ts')],
  P1: [gate('createGate', 'gate.ts'), contracts('gateChecks', 'gate-check.ts')],
  P2: [signatures, proof('verifyReceiptSignatures', 'receipts.ts'), proof('signReceipt', 'receipts.ts')],
  P3: [
    gateCheck('run_binding', 'checkRunBinding', 'run-binding.ts'),
    gateCheck('kind_binding', 'checkKindBinding', 'kind-binding.ts'),
  ],
  P4: [unconsumed, store('createAppender', 'appender.ts')],
  P5: [
    gateCheck('unexpired', 'checkUnexpired', 'unexpired.ts'),
    gateCheck('fresh', 'checkFresh', 'fresh.ts'),
  ],
  P6: [publisher('auditOf', 'audit.ts'), contracts('AuditRecord', 'audit.ts')],
  P7: [boundary, onlyKey],
  P8: [gate('createGate', 'gate.ts'), policy('decide', 'decide.ts')],
  F1: [mint, signatures],
  F2: [federation('consult', 'deciding/consult.ts'), ruling],
  F3: [signatures, reading, proof('readSegment', 'segment.ts')],
  F4: [proof('openKeyring', 'keyring.ts'), engine('credentialsOf', 'config/credentials.ts')],
  F5: [ruling, gateCheck('enforceable', 'checkEnforceable', 'enforceable.ts')],
  E1: [store('createAppender', 'appender.ts'), reading, journal],
  E2: [engine('handle', 'handler.ts')],
  E3: [contracts('emitterFault', 'vocabulary.ts'), proof('verifySegment', 'statement.ts'), reading],
  R1: [
    gateCheck('operation_binding', 'checkOperationBinding', 'operation-binding.ts'),
    gateCheck('audience', 'checkAudience', 'audience.ts'),
  ],
  R2: [signatures, proof('verifyReceiptOrigin', 'receipts.ts')],
  R3: [unconsumed, contracts('foldOperation', 'operation-state.ts')],
  X1: [
    gateCheck('acknowledged', 'checkAcknowledged', 'acknowledged.ts'),
    publisher('execute', 'executing/execute.ts'),
  ],
  X2: [publisher('takeLease', 'executing/lease.ts'), publisher('uncertain', 'executing/attempt.ts')],
  X3: [github('createGitHubClient', 'client.ts'), engine('createLog', 'log.ts')],
  L1: [journal, proof('verifyEntry', 'chain.ts')],
  L2: [ledger('JournalWriter', 'journal/writer.ts'), ledger('acknowledge', 'redis/acknowledge.ts')],
  L3: [verifier('verifyBundle', 'bundle/verify.ts'), proof('verifyTlogProof', 'tlog/tlog-proof.ts')],
  O1: [
    engine('foldFreezes', 'system/freezes.ts'),
    gateCheck('acknowledged', 'checkAcknowledged', 'acknowledged.ts'),
    publisher('stopIfFrozen', 'executing/kill-switch.ts'),
  ],
  O2: [policy('hearApprovals', 'hearing/approvals.ts'), policy('requestersOf', 'hearing/hearing.ts')],
};
