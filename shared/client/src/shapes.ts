import type { components } from './schema.js';

type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];
export type Session = Schemas['Session'];
export type SignInMethods = Schemas['SignInMethods'];
export type Grant = Schemas['Grant'];
export type Role = Schemas['Role'];
export type ApiKey = Schemas['ApiKey'];
export type NewApiKey = Schemas['NewApiKey'];

export type RunRow = Schemas['RunRow'];
export type RunPage = Schemas['RunPage'];
export type RunTotals = Schemas['RunTotals'];
export type ListedStatus = Schemas['ListedStatus'];
export type RunFlag = Schemas['RunFlag'];
export type Mode = Schemas['Mode'];
export type OperationKind = Schemas['OperationKind'];
export type FeedItem = Schemas['FeedItem'];
export type LedgerEvent = Schemas['Event'];
export type Submitted = Schemas['Submitted'];
export type BulkPreview = Schemas['BulkPreview'];
export type BulkResult = Schemas['BulkResult'];

export type RunDetail = Schemas['RunDetail'];
export type OperationDetail = Schemas['Operation'];
export type Check = Schemas['Check'];
export type ReceiptBrief = Schemas['ReceiptBrief'];
export type Outcome = Schemas['Outcome'];
export type WhyNot = Schemas['WhyNot'];
export type Action = Schemas['Action'];
export type Reason = Schemas['Reason'];
export type PlanView = Schemas['PlanView'];
export type PlannedOperation = Schemas['PlannedOperation'];
export type Change = Schemas['Change'];
export type Timeline = Schemas['Timeline'];
export type TimelineStep = Schemas['TimelineStep'];
export type States = Schemas['States'];
export type Moment = Schemas['Moment'];

export type ApprovalInbox = Schemas['ApprovalInbox'];
export type RunApprovals = Schemas['RunApprovals'];
export type ApprovalRequest = Schemas['ApprovalRequest'];
export type Said = Schemas['Said'];
export type ApprovalToSign = Schemas['ApprovalToSign'];
export type CommandToSign = Schemas['CommandToSign'];
export type OperatorAction = Schemas['OperatorAction'];

export type ReceiptRow = Schemas['ReceiptRow'];
export type ReceiptDetail = Schemas['ReceiptDetail'];
export type LedgerEntry = Schemas['LedgerEntry'];
export type LedgerState = Schemas['LedgerState'];
export type JournalFile = Schemas['JournalFile'];
export type FrozenScope = Schemas['FrozenScope'];
export type InFlight = Schemas['InFlight'];
export type Overview = Schemas['Overview'];
export type Queue = Schemas['Queue'];
export type KeyView = Schemas['KeyView'];
export type AccountLimits = Schemas['AccountLimits'];
export type DeadLetter = Schemas['DeadLetter'];
export type Redrivable = Schemas['Redrivable'];
