import { z } from 'zod';
import { Actor } from './event.js';
import { EvidenceKind } from './evidence.js';
import { Base64, GroupName, KeyId, PrincipalId, Remark, Time } from './ids.js';
import { CredentialId, isOriginOf, PasskeyOrigin, RelyingPartyId } from './passkey.js';

/** What a key may be used for. A key of one purpose is nothing for another. */
export const KeyPurpose = z.enum(['actor', 'mint', 'acknowledgement', 'checkpoint', 'approver', 'evidence']);
export type KeyPurpose = z.infer<typeof KeyPurpose>;

const common = {
  key_id: KeyId,
  algorithm: z.literal('ed25519'),
  /** The raw 32 bytes. */
  public_key: Base64.refine((text) => text.length === 44, 'must be 32 bytes as base64'),
  not_before: Time,
  /** From then on nothing new is signed with it; what it signed before stays good. Absent: until it is rotated. */
  not_after: Time.optional(),
  /** From then on nothing it signed is believed unless something else vouches for an earlier time. */
  revoked_at: Time.nullable(),
  revoked_because: Remark.optional(),
};

/** Held by a service. */
export const ServiceKey = z.strictObject({
  ...common,
  purpose: z.enum(['actor', 'mint', 'acknowledgement', 'checkpoint']),
  /** The service that holds the private half. */
  actor: Actor,
});
const approver = {
  purpose: z.literal('approver'),
  principal: PrincipalId,
  groups: z.array(GroupName).max(50),
};
/** A key of a person’s own, in a file or in their browser. */
export const ApproverKey = z.strictObject({ ...common, ...approver });
const passkey = {
  algorithm: z.literal('webauthn-es256'),
  /** The point on P-256, uncompressed (SEC 1): 65 bytes, of which the first is 4. */
  public_key: Base64.refine(
    (text) => text.length === 88 && text.startsWith('B'),
    'must be 65 bytes as base64, an uncompressed point',
  ),
  credential_id: CredentialId,
  rp_id: RelyingPartyId,
  /** The pages it may be used on. */
  origins: z.array(PasskeyOrigin).min(1).max(10),
};
const originsFit = ({ rp_id, origins }: { readonly rp_id: string; readonly origins: readonly string[] }) =>
  origins.every((origin) => isOriginOf(origin, rp_id));
const originsMisfit = 'an origin is not of the passkey’s rp_id';
/** A passkey: the private half never leaves the person’s authenticator, which signs for these pages alone. */
export const ApproverPasskey = z
  .strictObject({ ...common, ...approver, ...passkey })
  .refine(originsFit, originsMisfit);
/** What the page that made a passkey says of it, for whoever lists it in the keyring. */
export const PasskeyListing = z
  .strictObject({ version: z.literal(1), principal: PrincipalId, ...passkey })
  .refine(originsFit, originsMisfit);
/** Held by a person: signs approvals and commands of operators. */
export const PersonKey = z.discriminatedUnion('algorithm', [ApproverKey, ApproverPasskey]);
/** Held by a system outside that vouches for facts, such as CI. */
export const EvidenceKey = z.strictObject({
  ...common,
  purpose: z.literal('evidence'),
  issuer: PrincipalId,
  /** The kinds of evidence that count from it. */
  kinds: z.array(EvidenceKind).min(1).max(50),
});
export type ServiceKey = z.infer<typeof ServiceKey>;
export type PasskeyListing = z.infer<typeof PasskeyListing>;
export type ApproverPasskey = z.infer<typeof ApproverPasskey>;
export type ApproverKey = z.infer<typeof ApproverKey>;
export type PersonKey = z.infer<typeof PersonKey>;
export type EvidenceKey = z.infer<typeof EvidenceKey>;

export const PublicKey = z.discriminatedUnion('purpose', [ServiceKey, PersonKey, EvidenceKey]);
export type PublicKey = z.infer<typeof PublicKey>;

/** The pinned trust root (`.marketops/keyring.json`): public halves only. */
export const Keyring = z
  .strictObject({
    version: z.literal(1),
    environment: z.string().max(63),
    log_origin: z.string().max(200),
    keys: z.array(PublicKey).min(1).max(1_000),
  })
  .refine(
    (ring) => new Set(ring.keys.map((key) => key.key_id)).size === ring.keys.length,
    'a key id stands twice',
  );
export type Keyring = z.infer<typeof Keyring>;
