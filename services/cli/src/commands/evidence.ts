import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { expiresOption } from './approve.js';

export interface EvidenceSignFlags {
  readonly kind: string;
  readonly value: string;
  readonly key: string;
  readonly expires: number;
}

export function registerEvidence(program: Command, runtime: Runtime): void {
  addCommand<EvidenceSignFlags>(program, runtime, {
    usage: 'evidence sign <run>',
    summary: 'vouch for a fact about a run’s plan, signed with an issuer’s key',
    description: [
      'For systems outside, such as CI. Reads the run, and prints the signed statement as JSON to standard output. It is',
      'about this plan of this run and nothing else, and counts once it is added.',
    ].join(' '),
    examples: [
      [
        'marketops evidence sign run_01h… --kind ci.result --value passed --key ci-key.json > ci.json',
        'what CI says, in a file',
      ],
    ],
    exits: ['usage', 'notFound'],
    options: [
      new Option('--kind <kind>', 'what kind of fact, such as ci.result').makeOptionMandatory(),
      new Option('--value <value>', 'the fact, such as passed').makeOptionMandatory(),
      new Option('--key <path>', 'the file of the issuer’s key').makeOptionMandatory(),
      expiresOption('how long it counts'),
    ],
    run: async (...given) => (await import('../actions/evidence-sign.js')).signFact(...given),
  });
  addCommand(program, runtime, {
    usage: 'evidence add <run> [file]',
    summary: 'bring a signed statement to a run: from a file, or standard input',
    description: [
      'Verifies the statement against the keyring and the run’s plan, and carries it to the run’s stream. Anybody may bring',
      'it: what counts is the issuer’s signature.',
    ].join(' '),
    examples: [
      ['marketops evidence add run_01h… ci.json', 'what CI has said'],
      ['marketops evidence sign run_01h… … | marketops evidence add run_01h… -', 'both at once'],
    ],
    exits: ['usage', 'notFound', 'unreachable', 'timedOut'],
    run: async (invocation, args) => (await import('../actions/evidence-add.js')).addFact(invocation, args),
  });
}
