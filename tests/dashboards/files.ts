import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url);
export const pathOf = (path: string): string => fileURLToPath(new URL(path, root));
export const textOf = (path: string): string => readFileSync(pathOf(path), 'utf8');

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Alert[] }[];
}
interface RuleTests {
  readonly tests: readonly {
    readonly input_series: readonly { readonly series: string }[];
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts?: readonly unknown[];
    }[];
  }[];
}
interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly type: string;
    readonly description?: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

export const alerts = (): Alert[] =>
  (parse(textOf('infra/dashboards/alerts.yml')) as RuleFile).groups.flatMap(({ rules }) => rules);
export const ruleTests = (): RuleTests => parse(textOf('infra/dashboards/alerts.test.yml')) as RuleTests;
export const dashboard = (): Dashboard => JSON.parse(textOf('infra/dashboards/marketops.json')) as Dashboard;

/** Every expression that a dashboard or an alert asks Prometheus, with where it stands. */
export const expressions = (): (readonly [where: string, expression: string])[] => [
  ...alerts().map(({ alert, expr }) => [alert, expr] as const),
  ...dashboard().panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }, at) => [`${title} ${at + 1}`, expr] as const),
  ),
];
