import { type Command, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import type { AttachFlags } from '../proving/attachment.js';
import { attachOptions } from './attach-options.js';

export interface ProofFlags extends AttachFlags {
  readonly output?: string;
  readonly attach?: true;
  readonly operation?: string;
}

export interface ProofVerifyFlags {
  readonly keyring?: string;
  readonly checkpoint?: string;
  readonly tiles?: string;
  readonly run?: string;
}

export function registerProof(program: Command, runtime: Runtime): void {
  addCommand<ProofFlags>(program, runtime, {
    usage: 'proof <run>',
    summary: 'a run as one file that proves itself to a stranger; proof verify checks one',
    description: [
      'Writes the proof bundle of a run: its plan, its authorization, its execution, and every entry of the ledger that says so,',
      'each with its signature and its way to the root that the log’s checkpoint signs. A stranger with the keyring verifies it',
      'offline, with marketops-verify or tools that are not ours (docs/proof.md). Reads files only; works with Redis gone. With',
      '--attach it becomes an asset of the release that the run shipped, by a plan of its own: policy, receipt and gate as for',
      'every effect, and a dry run unless --mode prod.',
    ].join(' '),
    examples: [
      ['marketops proof run_01h… --output release.proof.json', 'write it, and say what it proves'],
      ['marketops proof run_01h… --attach --mode prod --wait', 'attach it to the release it proves'],
      ['marketops proof verify release.proof.json', 'with the keyring of this system'],
    ],
    exits: ['failed', 'usage', 'notFound', 'otherOutcome', 'unreachable', 'timedOut'],
    options: [
      new Option('--output <file>', 'where to write it (default: standard output); nothing is written over'),
      new Option('--attach', 'to the release that the run shipped, from a file below the artifacts_root'),
      new Option('--operation <id>', 'with --attach: which release, where the run shipped several'),
      ...attachOptions(),
    ],
    run: async (...given) => (await import('../actions/proof.js')).proof(...given),
  });
  addCommand<ProofVerifyFlags>(program, runtime, {
    usage: 'proof verify <file>',
    summary: 'verify a proof bundle, offline',
    description: [
      'Derives everything in the file again from the entries of the ledger that it holds, trusting nothing but the keyring: who',
      'signed each, that it is in the log, that streams are gapless, that no effect is without its receipt. Says up to where the',
      'run is known to be complete. Needs no marketops.yml where --keyring is named, and no network.',
    ].join(' '),
    examples: [
      [
        'marketops proof verify release.proof.json --keyring keyring.json',
        'with the keys of whoever you trust',
      ],
      [
        'marketops proof verify release.proof.json --checkpoint newer --tiles .marketops/ledger/tiles',
        'and the log still has what the bundle says',
      ],
    ],
    exits: ['failed', 'usage'],
    options: [
      new Option('--keyring <file>', 'the public keys to trust (default: those of this system)'),
      new Option(
        '--checkpoint <file>',
        'another signed checkpoint of the log, newer or older, to hold it against',
      ),
      new Option('--tiles <place>', 'folder or URL of the log, from which the proof between the two is had'),
      new Option('--run <run>', 'the run it must be of'),
    ],
    run: async (...given) => (await import('../actions/proof-verify.js')).proofVerify(...given),
  });
}
