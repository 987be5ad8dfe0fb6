import type { PasskeyListing } from '@marketops/contracts';
import { encodePasskeyListing } from '@marketops/proof';
import type { OwnKey } from './own-key.js';

/** What a person hands to whoever adds approvers, for a passkey. Nothing in it is secret. */
export const listingLine = (listing: PasskeyListing): string =>
  `marketops approver add ${listing.principal} --passkey ${encodePasskeyListing(listing)}`;

/** The same for a key made in this browser. */
export const ownKeyLine = ({ principal, publicKey }: Pick<OwnKey, 'principal' | 'publicKey'>): string =>
  `marketops approver add ${principal} --public-key ${publicKey}`;
