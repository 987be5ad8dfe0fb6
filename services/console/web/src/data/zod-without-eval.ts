/*
 * Zod makes its parsers with `new Function` where it may, and tries whether it may; the console's policy forbids it, and the attempt
 * would be reported. Said here, where zod looks when it is loaded, because it is loaded only with the screens that parse.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
