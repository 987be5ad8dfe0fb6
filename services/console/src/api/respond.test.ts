import { InputError } from '@marketops/contracts';
import { expect, it } from 'vitest';
import { answerOf, withoutPlaces } from './respond.js';

const places = { configPath: '/srv/ops/marketops.yml', dataDir: '/srv/ops/.marketops', root: '/srv/ops' };

it('given a refusal that says where things lie, then whoever asked over the network is not told', () => {
  const fault = new InputError('request_invalid', 'cannot read /srv/ops/.marketops/keys', {
    next: 'Add it in /srv/ops/marketops.yml, below /srv/ops.',
    faults: [{ path: 'a', message: 'is not in /srv/ops/plans' }],
  });
  expect(withoutPlaces(answerOf(fault), places)).toMatchObject({
    detail: 'cannot read the data folder/keys',
    next: 'Add it in marketops.yml, below the project folder.',
    faults: [{ path: 'a', message: 'is not in the project folder/plans' }],
  });
});

it('given a failure that is nobody’s business, then nothing of it is told', () => {
  const { status, code, detail } = answerOf(new Error("ENOENT: no such file, open '/srv/ops/secret'"));
  expect([status, code]).toEqual([500, 'internal']);
  expect(detail).not.toContain('/srv');
});
