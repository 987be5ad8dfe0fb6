export { anyMutation } from './mutating/any-mutation.js';
export { anyCase } from './mutating/cases.js';
export { gateRules } from './mutating/mutation.js';
