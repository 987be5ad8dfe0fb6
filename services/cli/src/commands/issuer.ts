import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { collect, keyFileOption, publicKeyOption, type RemoveFlags, removalOptions } from './approver.js';

export interface IssuerAddFlags {
  readonly kind: readonly string[];
  readonly keyFile?: string;
  readonly publicKey?: string;
}

export function registerIssuer(program: Command, runtime: Runtime): void {
  addCommand<IssuerAddFlags>(program, runtime, {
    usage: 'issuer add <name>',
    summary: 'list the key of a system outside that vouches for facts, such as CI',
    description: [
      'Adds a public key to the keyring: from then on evidence of the kinds named counts when that key signed it. Without',
      '--public-key the key is the one in the key file, which is made where there is none.',
    ].join(' '),
    examples: [
      [
        'marketops issuer add ci --kind ci.result --key-file ci-key.json',
        'a key for CI; move the file there',
      ],
      ['marketops issuer add risk --kind risk.level --public-key MCow…=', 'the key that the risk desk holds'],
    ],
    exits: ['failed', 'usage'],
    options: [
      new Option('--kind <kind>', 'a kind of evidence that counts from it; may be repeated')
        .argParser(collect)
        .makeOptionMandatory(),
      keyFileOption(),
      publicKeyOption(),
    ],
    run: async (...given) => (await import('../actions/issuer.js')).addIssuer(...given),
  });
  addCommand<RemoveFlags>(program, runtime, {
    usage: 'issuer remove <name>',
    summary: 'revoke an issuer’s keys: its evidence no longer counts at the mint',
    description:
      'Revokes the keys of an issuer in the keyring. They stay listed, so that what they signed stays attributable.',
    examples: [
      ['marketops issuer remove ci --reason "its runner was compromised"', 'no evidence of CI’s counts'],
    ],
    exits: ['failed', 'usage', 'notFound'],
    options: removalOptions(),
    run: async (...given) => (await import('../actions/issuer.js')).removeIssuer(...given),
  });
  addCommand(program, runtime, {
    usage: 'issuer list',
    summary: 'whose evidence counts, of which kinds',
    description: 'Lists the keys of issuers in the keyring, revoked ones too.',
    examples: [['marketops issuer list', 'every issuer, with its kinds']],
    exits: ['usage'],
    run: async (invocation) => (await import('../actions/issuer.js')).listIssuers(invocation),
  });
}
