import { roomScope } from '@marketops/contracts';
import { expect, it } from 'vitest';
import { passingCase, rulesFor, sharedAuthority, startedEvent } from '../testing/gate-fixture.js';
import { createGate } from './gate.js';

const gate = createGate(rulesFor(sharedAuthority));
const shortOfRoom = (facts: ReturnType<typeof passingCase>['facts']) =>
  facts.control === null
    ? facts
    : { ...facts, control: { ...facts.control, frozen: new Map([[roomScope, 'no room']]) } };

it('O1: given a ledger that is short of room, then what has not begun holds, and the reason says why', () => {
  expect(gate.judge(shortOfRoom(passingCase().facts))).toMatchObject({
    verdict: 'hold',
    check: 'acknowledged',
    reason: { code: 'frozen', message: expect.stringContaining('no room') },
  });
});

it('X2: given a ledger that is short of room, then what has begun goes on', () => {
  const { receipt } = passingCase();
  const { facts } = passingCase({ events: [startedEvent(receipt)] });
  expect(gate.judge(shortOfRoom(facts)).verdict).toBe('pass');
});
