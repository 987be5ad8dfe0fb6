import { generateKeyPairSync } from 'node:crypto';

const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });

/** For tests: a key as GitHub gives it out to an App (PKCS #1), made anew in every process. */
export const testKeyPem: string = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
export const testPublicKey = pair.publicKey;
