export { createProgram, isAnswered } from '../program.js';
export { parsePlan } from '../submitting/parse-plan.js';
export { planRequest } from '../submitting/plan-request.js';
