import { runChecks } from './check/run-checks.ts';

/** `npm run check`: types, lint, formatting, import directions, dead code, translations. */
const { passed, failed } = await runChecks();
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
