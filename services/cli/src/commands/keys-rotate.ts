import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { overlapOption } from './keys-options.js';

export interface RotateFlags {
  readonly overlap: number;
  readonly publicKey?: string;
  readonly external?: readonly string[];
}

const externalOptions = () => [
  new Option('--public-key <base64>', 'of a private half that stays in a KMS or HSM; with --external'),
  new Option(
    '--external <program...>',
    'the program that signs with it, by absolute path, and its arguments',
  ),
];

export function registerKeysRotate(program: Command, runtime: Runtime): void {
  addCommand<RotateFlags>(program, runtime, {
    usage: 'keys rotate <service> <purpose>',
    summary: 'give a service a new key; the old one counts until the overlap ends',
    description: [
      'Makes a key (actor, mint, acknowledgement, checkpoint, or receipt-hmac for federation and publisher together), lists it in the',
      'keyring and puts its private half into the service’s folder. Running services take it up within seconds, without a',
      'restart. Receipts live for up to 24 hours, so the overlap of a mint or receipt-hmac key should exceed that.',
    ].join(' '),
    examples: [
      ['marketops keys rotate federation mint', 'a new mint key; receipts of the old one count for 25 hours'],
      ['marketops keys rotate federation receipt-hmac', 'a new shared secret, on both sides'],
    ],
    exits: ['usage', 'failed'],
    options: [overlapOption(), ...externalOptions()],
    run: async (...given) => (await import('../actions/keys-rotate.js')).keysRotate(...given),
  });
}

export function registerKeysGenerate(program: Command, runtime: Runtime): void {
  addCommand<Omit<RotateFlags, 'overlap'>>(program, runtime, {
    usage: 'keys generate <service> <purpose>',
    summary: 'add a key, and leave the others as they are',
    description: [
      'As rotate, but no other key gets an end: for a service that has none yet, or to take one back into use after a',
      'revocation. Where several are valid the newest signs.',
    ].join(' '),
    examples: [['marketops keys generate federation mint', 'after the mint’s key was revoked']],
    exits: ['usage', 'failed'],
    options: externalOptions(),
    run: async (...given) => (await import('../actions/keys-rotate.js')).keysGenerate(...given),
  });
}
