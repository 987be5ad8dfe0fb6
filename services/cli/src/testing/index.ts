export { claimsOf, flipped, mintWith } from '../audit/forging.js';
export { parseEvidence } from '../people/evidence-faults.js';
export { makeKeyFile, readHoldersKey } from '../people/key-file.js';
export { createProgram, isAnswered } from '../program.js';
export { parsePlan } from '../submitting/parse-plan.js';
export { planRequest } from '../submitting/plan-request.js';
export { type Measured, measured } from './measured.js';
export { type CommandResult, runCommand } from './run-command.js';
