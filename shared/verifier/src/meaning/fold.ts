import type { PublicKey } from '@marketops/contracts';
import type { CryptoPort } from '@marketops/proof';
import type { WalkedEntry } from '../journal/walk.js';
import { auditFaults, outcomeFaults, startFaults } from './effects.js';
import { keyWindowFault } from './key-window.js';
import { type Broken, issuanceFaults, type MeantSystem, type OperationEvent } from './receipts.js';
import {
  bindingOf,
  type Members,
  membersOf,
  type OpenOperation,
  opened,
  type Planned,
  receiptIdOf,
  runOf,
  textOf,
} from './record.js';

export interface MeaningPorts {
  readonly crypto: CryptoPort;
  readonly system: MeantSystem;
  /** A key as the keyring lists it. */
  readonly keyOf: (keyId: string) => PublicKey | undefined;
  /** Told of every law broken, in the order of the ledger. */
  readonly broken: (broken: Broken, at: WalkedEntry) => void;
  /** Asked whether the mint signed a receipt; what it finds is told by itself. */
  readonly checkOrigin: (receipt: Members, at: WalkedEntry, committedAt: string) => void;
  /** Asked of every event on a run’s stream; see `approvalFault`. */
  readonly checkApproval: (type: string, data: Members) => Broken | undefined;
}

/**
 * Reads what the entries of a journal mean, and holds it against the laws of effects:
 *
 *     planned ─▶ authorized ─▶ issued ─▶ started ─▶ resumed, retried ─▶ succeeded | failed | uncertain ─▶ reconciled
 *                    ▲            │
 *                    └─ expired ──┘ a renewal stands on the authorization there is
 *
 * Entries come verified: who said it, and that they may. Nothing is believed of what they say. See `OpenOperation` for what
 * is kept; an operation is open from its plan to its outcome. Each receipt of an operation names the one before it, so that
 * which of them was last is all that must be known.
 */
export class MeaningFold {
  readonly #ports: MeaningPorts;
  readonly #open = new Map<string, OpenOperation>();
  /** Of operations that have ended without an effect: binding, kind, repository and last receipt's id, with spaces between. */
  readonly #ended = new Map<string, string>();
  /** Runs that say of themselves that they are dry: about 100 bytes each. */
  readonly #dryRuns = new Set<string>();
  /** Of the key fault told last, so that a segment or a batch tells it once. */
  #outOfTime = '';

  constructor(ports: MeaningPorts) {
    this.#ports = ports;
  }

  /** Operations under way, of which most is kept. */
  get open(): number {
    return this.#open.size;
  }

  take(walked: WalkedEntry, committedAt: string): void {
    const { place, entry, unknown } = walked;
    this.#checkKey(walked, committedAt);
    if (unknown) return;
    if (place.stream.startsWith('run/')) {
      if (entry.event['mode'] === 'dry_run') this.#dryRuns.add(runOf(place.stream));
      const forged = this.#ports.checkApproval(place.type, membersOf(entry.event['data']));
      if (forged !== undefined) this.#ports.broken(forged, walked);
    }
    if (!place.stream.startsWith('op/')) return;
    const told = { stream: place.stream, event: entry.event, data: membersOf(entry.event['data']) };
    for (const broken of this.#apply(place.type, told, walked, committedAt))
      this.#ports.broken(broken, walked);
  }

  #checkKey(walked: WalkedEntry, receivedAt: string): void {
    const { keyId, entry } = walked;
    const fault = keyWindowFault(this.#ports.keyOf(keyId), { signedAt: entry.event['time'], receivedAt });
    if (fault !== undefined && fault.what !== this.#outOfTime) this.#ports.broken(fault, walked);
    this.#outOfTime = fault?.what ?? '';
  }

  #apply(type: string, told: OperationEvent, walked: WalkedEntry, committedAt: string): Broken[] {
    const { stream, data } = told;
    switch (type) {
      case 'operation.planned':
        return this.#plan(told, walked.place.seq);
      case 'operation.redriven':
        this.#openAgain(stream);
        return [];
      case 'operation.authorized':
        this.#keep(stream).authorization = {
          decision: textOf(data['decision_id']),
          policy: textOf(data['policy_digest']),
          evidence: textOf(data['evidence_digest']),
          validUntil: textOf(data['valid_until']),
          used: false,
        };
        return [];
      case 'receipt.issued':
        return this.#issue(told, walked, committedAt);
      case 'receipt.expired':
      case 'receipt.revoked':
        this.#spend(stream, data, type === 'receipt.expired' ? 'expired' : 'revoked');
        return [];
      case 'operation.started':
        return this.#start(told);
      case 'operation.resumed':
      case 'operation.retried':
      case 'operation.uncertain':
        return this.#outcome(told);
      case 'operation.succeeded':
      case 'operation.failed':
      case 'operation.reconciled': {
        const faults = this.#outcome(told);
        this.#end(stream, type === 'operation.succeeded' || data['found'] === 'effect');
        return faults;
      }
      case 'operation.refused': {
        const faults = auditFaults(this.#of(stream), told);
        this.#end(stream, false);
        return faults;
      }
      case 'operation.skipped':
      case 'receipt.advised':
        this.#end(stream, false);
        return [];
      default:
        return [];
    }
  }

  /** Planned once, in the first words of its stream: whatever else opened it again would forget what was done. */
  #plan({ stream, event, data }: OperationEvent, seq: number): Broken[] {
    if (seq !== 1)
      return [{ code: 'emitter_not_allowed', what: 'the planner plans again what was planned before' }];
    this.#open.set(stream, opened(this.#bindingOf(event, data), plannedBy(data)));
    return [];
  }

  #issue(told: OperationEvent, walked: WalkedEntry, committedAt: string): Broken[] {
    const operation = this.#keep(told.stream);
    const { crypto, system } = this.#ports;
    const faults = issuanceFaults(crypto, operation, told, system);
    if (this.#dryRuns.has(runOf(told.stream)))
      faults.push({ code: 'dry_run_shipped', what: 'a receipt in a run that says of itself that it is dry' });
    const receipt = membersOf(told.data['receipt']);
    this.#ports.checkOrigin(receipt, walked, committedAt);
    if (operation.authorization !== undefined) operation.authorization.used = true;
    operation.receipt = {
      id: textOf(receipt['receipt_id']),
      expiresAt: textOf(receipt['expires_at']),
      state: 'live',
    };
    operation.lastReceiptId = receiptIdOf(receipt['receipt_id']);
    return faults;
  }

  #spend(stream: string, data: Members, state: 'expired' | 'revoked'): void {
    const { receipt } = this.#of(stream);
    // What was consumed stays consumed, whatever is said of it afterwards.
    if (receipt?.id === data['receipt_id'] && receipt?.state === 'live') receipt.state = state;
  }

  #start(told: OperationEvent): Broken[] {
    const operation = this.#keep(told.stream);
    const faults = startFaults(operation, told);
    // Found once, the start stands: what follows it is held against it, and the same fault is not told again and again.
    operation.execution = textOf(told.data['execution_id']);
    operation.receipt = {
      ...{ expiresAt: '', ...operation.receipt },
      id: textOf(told.data['receipt_id']),
      state: 'consumed',
    };
    return faults;
  }

  #outcome(told: OperationEvent): Broken[] {
    const operation = this.#of(told.stream);
    const faults = outcomeFaults(operation, told);
    return faults.length > 0 ? faults : auditFaults(operation, told);
  }

  /** What is known of it. Not open: nothing was planned, or it has ended, and then nothing of before counts any more. */
  #of(stream: string): OpenOperation {
    return this.#open.get(stream) ?? opened(undefined);
  }

  #keep(stream: string): OpenOperation {
    const operation = this.#of(stream);
    this.#open.set(stream, operation);
    return operation;
  }

  /** What succeeded is never open again (law X2), so nothing of it is kept. */
  #end(stream: string, succeeded: boolean): void {
    const { binding, planned, lastReceiptId } = this.#of(stream);
    this.#open.delete(stream);
    if (!succeeded && binding !== undefined)
      this.#ended.set(stream, [binding, planned.kind, planned.repository, lastReceiptId].join(' '));
  }

  /** A redrive of what is under way or has succeeded opens nothing, whoever says it. */
  #openAgain(stream: string): void {
    const kept = this.#ended.get(stream);
    if (kept === undefined || this.#open.has(stream)) return;
    this.#ended.delete(stream);
    const [binding, kind = '', repository = '', lastReceiptId] = kept.split(' ');
    this.#open.set(stream, opened(binding, { kind, repository }, lastReceiptId));
  }

  #bindingOf(event: Members, data: Members): string {
    return bindingOf(this.#ports.crypto, {
      // What a mode blocks is planned, and no receipt is for it.
      mode: data['blocked_by_mode'] === true ? 'blocked' : event['mode'],
      kind: data['operation_kind'],
      operationDigest: data['operation_digest'],
      planDigest: data['plan_digest'],
    });
  }
}

/** As its planner says it; what could not be a kind or a repository is kept as neither. */
function plannedBy(data: Members): Planned {
  const { owner, name } = membersOf(membersOf(membersOf(data['operation'])['inline'])['repository']);
  const repository = `${textOf(owner)}/${textOf(name)}`;
  const kind = textOf(data['operation_kind']);
  return {
    kind: /^[a-z_]{1,64}$/.test(kind) ? kind : '',
    repository: /^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(repository) ? repository : '',
  };
}
