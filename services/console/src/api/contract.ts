import * as approvals from './approvals/contract.js';
import * as keys from './keys/contract.js';
import * as ledger from './ledger/contract.js';
import * as operations from './operations/contract.js';
import * as orders from './orders/contract.js';
import * as receipts from './receipts/contract.js';
import * as bulk from './runs/bulk.js';
import * as detail from './runs/detail.js';
import * as events from './runs/events.js';
import * as history from './runs/history.js';
import * as list from './runs/list.js';
import * as submit from './runs/submit.js';
import * as session from './session/contract.js';

const { getSignInMethods, signIn, getSession, signOut } = session;
const { submitRun, retryRun, cancelRun } = submit;
const { listRuns, countRuns, exportRuns, followRuns } = list;
const { getRun, getPlan } = detail;
const { getTimeline, getStates, getRunLedger, getAdvisories, getProof } = history;
const { followRun } = events;
const { previewBulk, doBulk } = bulk;
const { listApprovals, getRunApprovals, prepareApproval, carryApproval } = approvals;
const { prepareCommand, listFreezes, getInFlight, freeze, unfreeze } = orders;
const { getRedrivable, redriveRun, reconcileOperation, revokeReceipt } = orders;
const { listReceipts, getReceipt } = receipts;
const { getLedger, listLedgerEntries, listJournal, readJournal } = ledger;
const { getCheckpoint, readTile, getKeyring } = ledger;
const { getLimits, listDeadLetters, listKeys, getOverview } = operations;
const { listApiKeys, createApiKey, revokeApiKey } = keys;

/** Every operation of the API, by its name. */
export const contract = {
  ...{ getSignInMethods, signIn, getSession, signOut },
  ...{ submitRun, listRuns, countRuns, exportRuns, followRuns },
  ...{ getRun, getPlan, getRunLedger, getAdvisories, getTimeline, getStates, getProof, followRun },
  ...{ cancelRun, retryRun, previewBulk, doBulk },
  ...{ listApprovals, getRunApprovals, prepareApproval, carryApproval },
  ...{ prepareCommand, listFreezes, getInFlight, freeze, unfreeze },
  ...{ getRedrivable, redriveRun, reconcileOperation, revokeReceipt },
  ...{ listReceipts, getReceipt },
  ...{ getLedger, listLedgerEntries, listJournal, readJournal, getCheckpoint, readTile, getKeyring },
  ...{ getLimits, listDeadLetters, getOverview, listKeys },
  ...{ listApiKeys, createApiKey, revokeApiKey },
};
