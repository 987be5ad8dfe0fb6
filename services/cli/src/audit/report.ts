import { type AuditResult, auditHeld } from './run-audit.js';
import type { AttemptResult, ScenarioResult } from './scenario.js';

/** The report as JSON, snake case as everywhere on the wire. */
export function auditJson(result: AuditResult) {
  const { scenarios, control, ledger, startedAt, elapsedMs } = result;
  const refused = scenarios.filter((one) => one.refused).length;
  return {
    scenarios: scenarios.map(scenarioJson),
    summary: {
      held: auditHeld(result),
      scenarios: scenarios.length,
      refused,
      attempts: scenarios.reduce((sum, { attempts }) => sum + attempts.length, 0),
      control,
      ledger: { holds: ledger.holds, entries: ledger.entries, last_hash: ledger.lastHash },
      started_at: startedAt,
      elapsed_ms: elapsedMs,
    },
  };
}

/** A scenario speaks through its telling attempt: the first that was not refused, else the first. */
export const tellingAttempt = ({ attempts }: ScenarioResult): AttemptResult | undefined =>
  attempts.find(({ refused }) => !refused) ?? attempts[0];

function scenarioJson(result: ScenarioResult) {
  const { scenario, refused, attempts } = result;
  const telling = tellingAttempt(result);
  return {
    ...{ id: scenario.id, name: scenario.name, severity: scenario.severity, stopped_by: scenario.stoppedBy },
    ...{ steps: scenario.steps, refused },
    check: telling?.check ?? null,
    event_id: telling?.eventId ?? null,
    ledger_sequence: telling?.ledgerSequence ?? null,
    detail: telling?.detail ?? 'no attempt was made',
    attempts: attempts.map((one) => ({
      ...{ name: one.name, expects: one.expects, refused: one.refused, check: one.check },
      ...{ event_id: one.eventId, ledger_sequence: one.ledgerSequence, detail: one.detail },
    })),
  };
}

/** The report for people. What an attacker sent stands in code spans, without the characters that would end one. */
export function auditMarkdown(result: AuditResult): string {
  const { scenarios, control, ledger, startedAt, elapsedMs } = result;
  const refused = scenarios.filter((one) => one.refused).length;
  const seconds = (elapsedMs / 1_000).toFixed(1);
  return [
    '# Security audit',
    '',
    `${refused} of ${scenarios.length} scenarios refused. Started ${startedAt}, took ${seconds} s.`,
    '',
    '| # | attack | severity | refused | by | event | entry |',
    '|---|---|---|---|---|---|---|',
    ...scenarios.map((one) => {
      const { scenario } = one;
      const telling = tellingAttempt(one);
      const cells = [scenario.id, scenario.name, scenario.severity, one.refused ? 'yes' : '**NO**'];
      const evidence = [telling?.check, telling?.eventId, telling?.ledgerSequence].map(
        (value) => value ?? '–',
      );
      return `| ${[...cells, ...evidence].join(' | ')} |`;
    }),
    '',
    `Control: the genuine receipt that the attacks were about was presented at last: ${control.detail}.`,
    '',
    `Ledger: ${ledger.entries} entries, ${ledger.holds ? 'verified from the first' : '**DOES NOT VERIFY**'}, last hash \`${ledger.lastHash}\`.`,
    ...scenarios.flatMap(scenarioMarkdown),
    '',
  ].join('\n');
}

const scenarioMarkdown = ({ scenario, attempts }: ScenarioResult): string[] => [
  '',
  `## ${scenario.id} ${scenario.name}`,
  '',
  `Stopped by: ${scenario.stoppedBy}.`,
  '',
  ...scenario.steps.map((step, index) => `${index + 1}. ${step}`),
  '',
  '| attempt | refused | by | event | entry | in its words |',
  '|---|---|---|---|---|---|',
  ...attempts.map(({ name, refused, check, eventId, ledgerSequence, detail }) =>
    [
      '',
      code(name),
      refused ? 'yes' : '**NO**',
      check ?? '–',
      eventId ?? '–',
      ledgerSequence ?? '–',
      code(detail),
      '',
    ]
      .join(' | ')
      .trim(),
  ),
];

const code = (text: string): string => `\`${text.replace(/[`|\r\n]/g, ' ').slice(0, 300)}\``;
