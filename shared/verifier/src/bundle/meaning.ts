import type { Keyring } from '@marketops/contracts';
import type { CryptoPort, OpenKeyring } from '@marketops/proof';
import { lawOf, type VerdictCode } from '../journal/errors.js';
import { violationsMax } from '../journal/report.js';
import type { WalkedEntry } from '../journal/walk.js';
import { approvalFault } from '../meaning/approvals.js';
import { MeaningFold } from '../meaning/fold.js';
import { originCheck } from '../meaning/origin.js';
import type { BundleEntry } from './entries.js';
import { type BundleFault, entryFault } from './errors.js';

/** The laws that the entries of a run break by what they say, found as in a journal; at most `violationsMax` are told. */
export function meaningFaults(
  crypto: CryptoPort,
  keyring: OpenKeyring,
  { environment, log_origin: logOrigin }: Keyring,
  entries: readonly BundleEntry[],
): BundleFault[] {
  const found: BundleFault[] = [];
  const add = (broken: { readonly code: VerdictCode; readonly what: string }, sequence: number): void => {
    if (found.length >= violationsMax) return;
    const { code, message, next } = entryFault(broken.code, sequence, broken.what);
    found.push({ code, law: lawOf(code), message, next, sequence });
  };
  const origin = originCheck({ crypto, keyring });
  const fold = new MeaningFold({
    ...{ crypto, system: { environment, logOrigin }, keyOf: (keyId) => keyring.describe(keyId) },
    broken: (broken, { position }) => add(broken, position.sequence),
    checkApproval: (type, data) => approvalFault(crypto, keyring, type, data),
    checkOrigin: (receipt, { position }, committedAt) => {
      // The port verifies at once, so there is no promise.
      const fault = origin(receipt, committedAt);
      if (fault !== undefined && 'code' in fault) add(fault, position.sequence);
    },
  });
  for (const { entry, place, unknown, keyId, committedAt } of entries) {
    const position: WalkedEntry['position'] = {
      ...{ term: 0, firstSequence: 0, sequence: entry.sequence },
      ...{ offset: 0, length: 0, segmentOffset: 0, segmentLength: 0 },
    };
    fold.take({ position, entry, place, unknown, keyId, line: 0 }, committedAt);
  }
  return found.toSorted((one, other) => (one.sequence ?? 0) - (other.sequence ?? 0));
}
