import { configJsonSchema } from '@marketops/engine';
import { type Row, rowsOf } from './rows.js';
import { type Variable, variables } from './variables.js';

const start = `# Configuration

Every key of \`marketops.yml\` and every variable of the environment. This page is generated: \`npm run reference\` writes it from the schema that the
processes read their configuration by, and a test compares the two.

\`marketops init\` writes a file to begin with, [going-live.md](going-live.md) goes through what matters, and \`marketops doctor\` looks at
what you have. The file is read once, at the start of each process, and every fault in it is told at once; unknown keys are faults. It
holds no secret: a file in which a token or private key stands is refused. The mode of a run is the plan's own word and stands neither here nor in
the environment.

Names that end in \`_ms\` are milliseconds, in \`_bytes\` bytes, in \`_days\` days. \`<name>\` is whatever you call it, \`[]\` each of a list.
`;

const between = `
## The environment

Empty counts as unset. A *secret* may be given in two ways: \`<NAME>_FILE\` names a file that holds nothing else and that nobody but its owner can
read (mode 0600 or 0400), and stands first; \`<NAME>\` is the secret itself. What \`credential\` of an account names is such a secret. A file is followed: what
is written into it counts without a restart.

\`marketops dev\` and \`marketops up\` hand each service what it needs and nothing else of their environment; so do \`docker-compose.yml\` and
\`infra/kubernetes\`.
`;

/** docs/configuration.md as it has to be. */
export function configurationPage(): string {
  const rows = rowsOf(configJsonSchema());
  const sections = [...new Set(rows.map(sectionOf))].map((section) =>
    keysTable(
      section,
      rows.filter((row) => sectionOf(row) === section),
    ),
  );
  return `${start}\n## marketops.yml\n${sections.join('')}${between}\n${variablesTable(variables)}`;
}

const plainSection = 'The system';

/** The first word of a key, for those that have others below it. */
const sectionOf = ({ key }: Row): string => (key.includes('.') ? (key.split('.')[0] ?? '') : plainSection);

function keysTable(section: string, rows: readonly Row[]): string {
  const title = section === plainSection ? section : `\`${section}\``;
  const lines = rows.map(({ key, type, otherwise, meaning }) =>
    line([`\`${key}\``, type, otherwise, meaning]),
  );
  return `\n### ${title}\n\n${line(['key', 'type and limits', 'default', 'meaning'])}|---|---|---|---|\n${lines.join('')}`;
}

function variablesTable(all: readonly Variable[]): string {
  const lines = all.map(({ name, by, otherwise, meaning }) => line([`\`${name}\``, by, otherwise, meaning]));
  return `${line(['variable', 'read by', 'default', 'meaning'])}|---|---|---|---|\n${lines.join('')}`;
}

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
