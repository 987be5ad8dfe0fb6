import { Option } from 'commander';

export const eventFilterOptions = (): readonly Option[] => [
  new Option(
    '--since <time|duration>',
    'from a UTC time on (2026-01-31T12:00Z), or so long ago (15m, 2h, 7d)',
  ),
  new Option(
    '--type <type>',
    'of this type only, such as operation.started; may be given several times',
  ).argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]),
  new Option('--tenant <tenant>', 'of this tenant only'),
  new Option('--repository <owner/name>', 'about this repository only'),
  new Option('--receipt <id>', 'about this receipt only'),
  new Option('--actor <name>', 'signed by this service, or naming this person or system'),
];
