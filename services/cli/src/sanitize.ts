/** The one way of making text from outside safe to print; the stranger's verifier has it too. */
export { keepColoursOnly, safeJson, sanitize, sanitizeLines } from '@marketops/verifier/plain-text';
