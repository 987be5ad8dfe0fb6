export { makeKeyFile, parseEvidence, parsePlan, planRequest, readHoldersKey } from '@marketops/operator';
export { claimsOf, flipped, mintWith } from '../audit/forging.js';
export { createProgram, isAnswered } from '../program.js';
export { type Measured, measured } from './measured.js';
export { type CommandResult, runCommand } from './run-command.js';
