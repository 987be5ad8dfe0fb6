import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64Upto, encodeBase64 } from '../base64.js';
import { ProofError } from '../errors.js';
import { nodeCrypto } from '../node.js';
import { type Said, softAuthenticator } from '../test-kit/authenticator.js';
import { webCrypto } from '../web.js';
import { type SignedByPasskey, verifyAssertion } from './assertion.js';

const its = softAuthenticator();
const signedBytes = 'DSSEv1 4 text 13 one statement';
const by = (said: Said = {}): SignedByPasskey => ({ signedBytes, ...its.assert(signedBytes, said) });

/** The code with which both ports refuse; undefined where both take it. */
function verdict(given: SignedByPasskey): string | undefined {
  const [one, other] = [nodeCrypto, webCrypto].map((port) => {
    try {
      verifyAssertion(port, given, its.passkey, port.importP256Key(its.passkey.public_key));
      return undefined;
    } catch (fault) {
      if (!(fault instanceof ProofError)) throw fault;
      return fault.code;
    }
  });
  expect(one).toBe(other);
  return one;
}

/** What @simplewebauthn/server says of the same. */
async function isTakenElsewhere({ signature, assertion }: SignedByPasskey): Promise<boolean> {
  const url = (base64: string) => Buffer.from(base64, 'base64').toString('base64url');
  const point = Buffer.from(its.passkey.public_key, 'base64');
  // COSE: { 1: 2 (EC2), 3: −7 (ES256), −1: 1 (P-256), −2: x, −3: y }
  const head = Buffer.from('a5010203262001215820', 'hex');
  const cose = Buffer.concat([head, point.subarray(1, 33), Buffer.from('225820', 'hex'), point.subarray(33)]);
  const id = its.passkey.credential_id;
  const challenge = Buffer.from(nodeCrypto.sha256Hex(signedBytes), 'hex').toString('base64url');
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
        response: {
          authenticatorData: url(assertion.authenticator_data),
          clientDataJSON: url(assertion.client_data_json),
          signature: url(signature),
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: [...its.passkey.origins],
      expectedRPID: its.passkey.rp_id,
      requireUserVerification: true,
      credential: { id, publicKey: new Uint8Array(cose), counter: 0 },
    });
    return verified;
  } catch {
    return false;
  }
}

const bytesOf = (base64: string): Uint8Array => decodeBase64Upto(base64, 10_000) ?? expect.fail('base64');
type Part = 'signature' | 'authenticator_data' | 'client_data_json';
const partOf = (given: SignedByPasskey, part: Part): Uint8Array =>
  bytesOf(part === 'signature' ? given.signature : given.assertion[part]);
const withPart = (given: SignedByPasskey, part: Part, bytes: Uint8Array): SignedByPasskey =>
  part === 'signature'
    ? { ...given, signature: encodeBase64(bytes) }
    : { ...given, assertion: { ...given.assertion, [part]: encodeBase64(bytes) } };

/** What we refuse and the other implementation does not. */
const onlyHere: ReadonlySet<string> = new Set([
  'from a frame',
  'from what is no yes or no',
  'with extensions',
  'with a reserved flag',
]);

describe('F3: a passkey’s assertion', () => {
  test('given it is genuine, then it holds, here, in a browser and with @simplewebauthn/server', async () => {
    for (const said of [
      {},
      { flags: 0x1d, counter: 7 },
      { flags: 0x0d },
      // Browsers add members now and then, so that nobody compares with a template.
      { clientData: { other_keys_can_be_added_here: 'do not compare clientDataJSON against a template' } },
    ]) {
      expect(verdict(by(said))).toBeUndefined();
      expect(await isTakenElsewhere(by(said))).toBe(true);
    }
  });

  test.each<[string, Said, string]>([
    ['made at registration', { clientData: { type: 'webauthn.create' } }, 'assertion_wrong_type'],
    ['of a payment', { clientData: { type: 'payment.get' } }, 'assertion_wrong_type'],
    ['without a type', { clientData: { type: undefined } }, 'assertion_wrong_type'],
    ['of another challenge', { clientData: { challenge: 'A'.repeat(43) } }, 'assertion_wrong_challenge'],
    [
      'of a padded challenge',
      { clientData: { challenge: `${'A'.repeat(43)}=` } },
      'assertion_wrong_challenge',
    ],
    ['without a challenge', { clientData: { challenge: undefined } }, 'assertion_wrong_challenge'],
    ['from another page', { clientData: { origin: 'https://console.test.evil' } }, 'assertion_wrong_origin'],
    ['from a page below', { clientData: { origin: 'https://a.console.test' } }, 'assertion_wrong_origin'],
    ['from http', { clientData: { origin: 'http://console.test' } }, 'assertion_wrong_origin'],
    ['from a list of pages', { clientData: { origin: ['https://console.test'] } }, 'assertion_wrong_origin'],
    ['from a frame', { clientData: { crossOrigin: true } }, 'assertion_wrong_origin'],
    ['from what is no yes or no', { clientData: { crossOrigin: 'false' } }, 'assertion_wrong_origin'],
    ['below another page', { clientData: { topOrigin: 'https://evil.test' } }, 'assertion_wrong_origin'],
    ['for another relying party', { rpId: 'evil.test' }, 'assertion_wrong_rp'],
    ['of nobody', { flags: 0x00 }, 'assertion_user_unverified'],
    ['of somebody present and not verified', { flags: 0x01 }, 'assertion_user_unverified'],
    ['of somebody verified and not present', { flags: 0x04 }, 'assertion_user_unverified'],
    ['backed up and never to be', { flags: 0x15 }, 'assertion_malformed'],
    ['with credential data', { flags: 0x45 }, 'assertion_malformed'],
    ['with extensions', { flags: 0x85, extra: Buffer.from('a0', 'hex') }, 'assertion_malformed'],
    ['with bytes after it', { extra: Buffer.alloc(1) }, 'assertion_malformed'],
    ['with a reserved flag', { flags: 0x07 }, 'assertion_malformed'],
  ])('given one %s, genuinely signed, then it is refused', async (what, said, code) => {
    const given = by(said);
    expect(verdict(given)).toBe(code);
    expect(await isTakenElsewhere(given)).toBe(onlyHere.has(what));
  });

  test.each<[string, string, string]>([
    ['a member that stands twice', '{"type":"webauthn.get","type":"webauthn.get"}', 'assertion_malformed'],
    ['a list', '[]', 'assertion_malformed'],
    ['a byte order mark', '\ufeff{}', 'assertion_malformed'],
    ['no JSON', 'webauthn.get', 'assertion_malformed'],
    ['nothing', '', 'assertion_malformed'],
    ['too much nesting', `{"a":${'['.repeat(8)}${']'.repeat(8)}}`, 'assertion_malformed'],
    ['too much', `{"a":"${'a'.repeat(1_600)}"}`, 'assertion_malformed'],
    ['an empty object', '{}', 'assertion_wrong_type'],
  ])('given client data that is %s, genuinely signed, then it is refused', (_what, text, code) => {
    expect(verdict({ signedBytes, ...its.assertRaw(Buffer.from(text)) })).toBe(code);
  });

  test('given bytes that are no UTF-8, genuinely signed, then it is refused', () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]);
    expect(verdict({ signedBytes, ...its.assertRaw(bytes) })).toBe('assertion_malformed');
  });

  test('R1: given it was made for other bytes, then it is refused, whatever else is right', () => {
    const other = 'DSSEv1 4 text 13 one statement2';
    expect(verdict({ ...by(), signedBytes: other })).toBe('assertion_wrong_challenge');
  });

  test('given the key of another passkey, then it is refused', () => {
    const { passkey } = softAuthenticator();
    const key = nodeCrypto.importP256Key(passkey.public_key);
    expect(() => verifyAssertion(nodeCrypto, by(), its.passkey, key)).toThrowError(
      expect.objectContaining({ code: 'signature_invalid' }),
    );
  });

  test.each<[Part, ReadonlySet<string>]>([
    ['signature', new Set(['signature_malformed', 'signature_invalid'])],
    [
      'authenticator_data',
      new Set([
        'assertion_wrong_rp',
        'assertion_user_unverified',
        'assertion_malformed',
        'signature_invalid',
      ]),
    ],
    [
      'client_data_json',
      new Set([
        ...['assertion_malformed', 'assertion_wrong_type', 'assertion_wrong_challenge'],
        ...['assertion_wrong_origin', 'signature_invalid'],
      ]),
    ],
  ])(
    'given any one byte of %s changed, added or taken away, then it is refused with its reason',
    (part, codes) => {
      const genuine = by({ counter: 3 });
      const bytes = partOf(genuine, part);
      // With the port on OpenSSL alone: that both answer the same is proven above.
      const key = nodeCrypto.importP256Key(its.passkey.public_key);
      const codeOf = (changed: Uint8Array): string | undefined => {
        try {
          verifyAssertion(nodeCrypto, withPart(genuine, part, changed), its.passkey, key);
          return undefined;
        } catch (fault) {
          return fault instanceof ProofError ? fault.code : String(fault);
        }
      };
      for (const at of bytes.keys()) {
        const there = bytes[at] ?? 0;
        const others = [1, 2, 4, 8, 16, 32, 64, 128, 255].map((by) => bytes.with(at, there ^ by));
        const added = Uint8Array.from([...bytes].toSpliced(at, 0, 0x20));
        const taken = Uint8Array.from([...bytes].toSpliced(at, 1));
        for (const changed of [...others, added, taken])
          expect(codes, `byte ${at}`).toContain(codeOf(changed));
      }
      expect(codes).toContain(codeOf(Uint8Array.from([...bytes, 0])));
    },
  );

  test('given a base64 text with another spelling, then it is refused', () => {
    const genuine = by();
    const { authenticator_data: text } = genuine.assertion;
    for (const other of [`${text}\n`, ` ${text}`, text.replaceAll('=', ''), `${text}====`, '']) {
      const assertion = { ...genuine.assertion, authenticator_data: other };
      expect(verdict({ ...genuine, assertion })).toBe('assertion_malformed');
    }
  });

  test('given anything at all is changed, then it is taken here only if @simplewebauthn/server takes it too', async () => {
    const parts = ['signature', 'authenticator_data', 'client_data_json'] as const;
    const changes = fc.array(fc.tuple(fc.constantFrom(...parts), fc.nat(), fc.nat(255)), { maxLength: 2 });
    let [taken, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(changes, fc.constantFrom(0x05, 0x01, 0x1d, 0x15), async (drawn, flags) => {
        let given = by({ flags });
        for (const [part, at, value] of drawn) {
          const bytes = partOf(given, part);
          given = withPart(given, part, bytes.with(at % bytes.length, value));
        }
        const isTaken = verdict(given) === undefined;
        if (isTaken) taken += 1;
        else refused += 1;
        expect(await isTakenElsewhere(given)).toBe(isTaken);
      }),
      { numRuns: 150 },
    );
    expect(Math.min(taken, refused)).toBeGreaterThan(10);
  });
});
