import { randomBytes } from 'node:crypto';
import { signReceipt } from '@marketops/proof';
import {
  generateHmacKey,
  generateSigningKey,
  loadHmacKey,
  loadSigningKey,
  nodeCrypto,
} from '@marketops/proof/node';
import { claimsOf, flipped, mintKeysOf } from '../forging.js';
import { presentation, presenting } from '../presenting.js';
import type { Scenario } from '../scenario.js';

export const forgedReceipt: Scenario = {
  id: 'A1',
  name: 'forged receipt',
  severity: 'critical',
  stoppedBy: 'signatures',
  steps: [
    'take the claims of a genuine, unused receipt',
    'change a signature; sign with keys of one’s own under the mint’s key ids; sign with the HMAC key that the publisher holds; name a key of one’s own',
    'put each into the publications queue',
    'check 3 refuses each',
  ],
  attempts: (stage) => {
    const { receipt } = stage.waiting;
    const own = {
      ed25519: loadSigningKey(generateSigningKey().privatePem),
      hmac: loadHmacKey(generateHmacKey()),
    };
    const { hmac } = mintKeysOf(stage.system.loaded.dataDir);
    const claims = claimsOf(receipt);
    const { ed25519, hmac_sha256 } = receipt.signatures;
    const forgeries = {
      'one byte of the Ed25519 signature changed': {
        ...receipt,
        signatures: { hmac_sha256, ed25519: flipped(ed25519) },
      },
      'one byte of the HMAC changed': {
        ...receipt,
        signatures: { hmac_sha256: flipped(hmac_sha256), ed25519 },
      },
      'signed with keys of one’s own': signReceipt(nodeCrypto, claims, own),
      'signed with the publisher’s HMAC key': signReceipt(nodeCrypto, claims, { ...own, hmac }),
      'signed with a key nobody lists': signReceipt(
        nodeCrypto,
        { ...claims, key_id: `federation-mint-${randomBytes(4).toString('hex')}` },
        { ...own, hmac },
      ),
      'expiry moved under the genuine signatures': {
        ...receipt,
        expires_at: new Date(Date.parse(receipt.expires_at) + 60_000).toISOString(),
      },
    };
    return Object.entries(forgeries).map(([name, forged]) =>
      presenting(name, 'signatures', presentation(stage, forged)),
    );
  },
};
