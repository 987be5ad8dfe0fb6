import { type Command, InvalidArgumentError, Option } from 'commander';
import { addCommand, type Runtime } from '../command.js';
import { collect } from './approver.js';
import { secondsOption } from './options.js';

/** What every word of an approver takes. */
export interface WordFlags {
  readonly operation?: readonly string[];
  readonly key?: string;
  readonly as?: string;
  readonly expires: number;
  readonly reason?: string;
  readonly yes?: true;
  readonly wait?: true;
  readonly timeout: number;
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Federation lets no statement count for longer. */
const lifetimeMsMax = 7 * 86_400_000;

/** An option that takes a time such as 30m, 2h or 1d, at most 7d; in milliseconds. */
export const expiresOption = (what: string) =>
  new Option('--expires <time>', `${what}: minutes, hours or days, such as 30m, 2h, 1d`)
    .default(3_600_000, '1h')
    .argParser((text) => {
      const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
      const ms = Number(count) * (unitMs[unit] ?? 0);
      if (ms > 0 && ms <= lifetimeMsMax) return ms;
      throw new InvalidArgumentError('It must be a time such as 30m, 2h or 1d, at most 7d.');
    });

export const operationOption = () =>
  new Option('--operation <id>', 'only this operation; may be repeated (default: all of the plan)').argParser(
    collect,
  );

export const keyOptions = () => [
  new Option(
    '--key <path>',
    'the file of your key (default: the only one in ~/.config/marketops/keys)',
  ).conflicts('as'),
  new Option('--as <principal>', 'use the key of this principal in that folder'),
];

export const carryOptions = () => [
  new Option('--yes', 'sign without asking'),
  new Option('--wait', 'show what becomes of the operations, until each has its answer'),
  secondsOption('--timeout <seconds>', 'how long --wait waits', 60),
];

export function registerApprove(program: Command, runtime: Runtime): void {
  addCommand<WordFlags>(program, runtime, {
    usage: 'approve <run>',
    summary: 'say yes to a plan, signed with a key of your own',
    description: [
      'Shows the operations exactly as they would be done, asks, and signs the plan’s digest with your key; whoever carries',
      'the approval can make none. Nobody approves their own plan. It counts until it expires, and is asked again at the mint.',
    ].join(' '),
    examples: [
      ['marketops approve run_01h…', 'see the whole plan, and say yes'],
      [
        'marketops approve run_01h… --operation tag --reason "checked the notes"',
        'one operation, with a reason',
      ],
      ['marketops approve run_01h… --as alice --yes --wait', 'without being asked; see the receipt'],
    ],
    exits: ['usage', 'notFound', 'unreachable', 'timedOut'],
    options: [
      operationOption(),
      ...keyOptions(),
      expiresOption('how long it counts'),
      new Option('--reason <text>', 'why; it is recorded'),
      ...carryOptions(),
    ],
    run: async (...given) => (await import('../actions/approve.js')).approve(...given),
  });
}
