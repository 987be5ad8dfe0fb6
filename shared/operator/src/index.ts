export { type ApprovalDraft, approvalClaims } from './approvals/approval-claims.js';
export { carryToRun } from './approvals/carry-to-run.js';
export { AuthorityError } from './approvals/errors.js';
export { evidenceBytesMax, parseEvidence, refuseEvidence } from './approvals/evidence-faults.js';
export { refuseForeignStatement, type StatementDraft } from './approvals/foreign-statement.js';
export type { Now } from './approvals/hearing-of.js';
export { approvalsJson, openApprovals } from './approvals/open-approvals.js';
export { refuseWorthless } from './approvals/refusals.js';
export { approvalsOf, type RunApprovals } from './approvals/run-approvals.js';
export { namedOperations, operationsOf, type ShownPlan, shownPlan } from './approvals/shown-plan.js';
export type { StandingRequest, StandingWord } from './approvals/standing.js';
export { untilAnswered } from './approvals/until-answered.js';
export type { DeadLetter } from './dead-letters/dead-letter.js';
export { deadLetterJson, deadLetters } from './dead-letters/dead-letters.js';
export { comparedEveryMs, nothingCompared } from './drift/compared.js';
export { type DriftedEffect, driftedEffects } from './drift/drifted.js';
export { unreceiptedEffects } from './drift/unreceipted.js';
export { contentsJson, contentsWords } from './erasures/contents.js';
export { destroy, orderErasure } from './erasures/order-erasure.js';
export type { ErasureOrder } from './erasures/orders.js';
export { refuseErasing } from './erasures/what-to-erase.js';
export { OperatorError, type OperatorErrorCode } from './errors.js';
export { freezeScope } from './freezes/freeze.js';
export {
  agrees,
  everyPartition,
  type FrozenScope,
  type FrozenScopes,
  frozenInControl,
  readFrozenScopes,
} from './freezes/frozen-scopes.js';
export { effectsInFlight, type InFlightReport } from './freezes/in-flight.js';
export { orderTrust } from './freezes/order-trust.js';
export type { ScopeOrder } from './freezes/scope-order.js';
export { unfreezeScope } from './freezes/unfreeze.js';
export { listKey } from './holders/holders-key.js';
export {
  type HolderKind,
  type HoldersKey,
  keyPath,
  makeKeyFile,
  readHoldersKey,
} from './holders/key-file.js';
export { holderOf, withRevocation } from './holders/keyring-changes.js';
export { listPasskey } from './holders/list-passkey.js';
export { listedKey } from './holders/listed-key.js';
export { chosenKey } from './holders/which-key.js';
export {
  type AcknowledgementReport,
  type CollectedWords,
  collectWords,
  compareWords,
} from './ledger/acknowledged.js';
export { untilAcknowledged } from './ledger/acknowledged-end.js';
export { type Carriage, type Carrier, carryOne, openCarrier } from './orders/carrier.js';
export { type CommandDraft, commandClaims } from './orders/command-claims.js';
export { refuseForeignOrder, type WantedAction } from './orders/foreign-order.js';
export { type Operator, openOperator, principalOf } from './orders/operator.js';
export { type CheckResult, checksOf } from './receipts/checks.js';
export { type CheckOccasion, checkOccasions } from './receipts/checks-asked.js';
export { type CheckNow, checksNow } from './receipts/checks-now.js';
export { orderRevocation } from './receipts/order-revocation.js';
export { receiptJson } from './receipts/receipt-json.js';
export { listReceipts, repositoryOf } from './receipts/receipts.js';
export { type PrecedingApproval, precedingApprovals } from './receipts/receipts-approvals.js';
export { untilEnded } from './receipts/receipts-awaited.js';
export { type FoundReceipt, findReceipt, nowOf } from './receipts/receipts-find.js';
export { orderReconcile } from './reconciliations/order-reconcile.js';
export { type Subject, uncertainOperation, uncertainOperations } from './reconciliations/uncertain.js';
export { untilReconciled } from './reconciliations/until-reconciled.js';
export { orderRedrive } from './redrives/order-redrive.js';
export { untilTaken } from './redrives/until-taken.js';
export { whatToRedrive } from './redrives/what-to-redrive.js';
export { cancelRun } from './runs/cancel-run.js';
export { followRun } from './runs/follow.js';
export { newestRuns, runSummaryJson } from './runs/newest-runs.js';
export type { RunRecord } from './runs/run-record.js';
export { liveOf, openRuns, type Runs } from './runs/runs.js';
export { unfinishedRuns } from './runs/unfinished-runs.js';
export { unjournaledEvents } from './runs/unjournaled.js';
export { isAsHoped } from './submissions/as-hoped.js';
export { enqueuePlan, hasPlanner, refuseFailedJob, type Submission } from './submissions/enqueue.js';
export { parsePlan } from './submissions/parse-plan.js';
export { planRequest } from './submissions/plan-request.js';
export { refuseForgetful } from './submissions/refuse-forgetful.js';
export { retryOf } from './submissions/retry.js';
export { sealRequest } from './submissions/seal-request.js';
export { readSubmission, submissionOf } from './submissions/submission.js';
export { systemAudience } from './system/audience.js';
export { type AccountLimitsNow, readLimits } from './system/limits.js';
export { connectLive, type Live, openUnverified, type Unverified, withReader } from './system/live.js';
export { notDurable } from './system/not-durable.js';
export { probeRedis, type RedisPlace, redisPlace, shownUrl } from './system/redis-place.js';
export { readSystemFile, removeSystemFile, type SystemFile, writeSystemFile } from './system/system-file.js';
