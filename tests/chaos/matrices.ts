import { crashPoints } from './crash-points/matrix.js';
import { asJson, table } from './crash-points/table.js';
import { everyRequest, requestsAsJson, requestTable } from './every-request/matrix.js';

/** A whole matrix, as it is reported. */
interface Reported {
  readonly violations: number;
  readonly text: string;
  readonly json: string;
}

export interface MatrixScenario {
  readonly what: string;
  run(say: (line: string) => void): Promise<Reported>;
}

/** What takes minutes, and runs only when it is asked for by name. */
export const matrices: Readonly<Record<string, MatrixScenario>> = {
  'crash-points': {
    what: 'every executor, killed or stopped at every point it passes, before and after GitHub commits',
    async run(say) {
      const matrix = await crashPoints(say);
      return { violations: matrix.violations.length, text: table(matrix), json: asJson(matrix) };
    },
  },
  'every-request': {
    what: 'every executor, with everything that may become of each single request',
    async run(say) {
      const matrix = await everyRequest(say);
      return {
        violations: matrix.violations.length,
        text: requestTable(matrix),
        json: requestsAsJson(matrix),
      };
    },
  },
};
