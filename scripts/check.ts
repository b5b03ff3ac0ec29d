import { runChecks } from './check/run-checks.ts';

/** `npm run check`: types, lint, formatting, import directions, dead code, translations. */
const { passed, failed } = await runChecks();
console.log(`\n${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
