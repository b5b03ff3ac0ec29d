'use strict';
/**
 * Runs one of the project's TypeScript programs on the project's own Node, after making sure of
 * everything that it needs: `node scripts/boot.cjs --need=client,lab e2e/lab/demo.ts [arguments]`.
 *
 * CommonJS for Node 18 and npm 9, because a fresh Debian machine has nothing newer; whatever it
 * starts runs on the Node of node_modules. When nothing changed it costs a few milliseconds.
 * Without a program it only makes sure of the needs.
 */
const { spawn } = require('node:child_process');
const { projectEnvironment, projectNode, root, withBootLock } = require('./boot/project.cjs');
const { ensureNodeModules } = require('./boot/ensure-node-modules.cjs');
const { ensurePrismaClient } = require('./boot/ensure-prisma-client.cjs');
const { ensureSystemPackages } = require('./boot/ensure-system-packages.cjs');
const { ensureNextBuild } = require('./boot/ensure-next-build.cjs');

/** Everything that a program may need, in the order in which it is made sure of. */
const NEEDS = {
  modules: ensureNodeModules,
  client: ensurePrismaClient,
  lab: () => ensureSystemPackages('lab'),
  browser: () => ensureSystemPackages('browser'),
  containers: () => ensureSystemPackages('containers'),
  build: ensureNextBuild,
};

function main() {
  const [needArgument, ...program] = readArguments(process.argv.slice(2));
  const wanted = new Set(['modules', ...needArgument]);
  const unknown = [...wanted].filter((need) => !(need in NEEDS));
  if (unknown.length > 0) throw new Error(`no such need: ${unknown.join(', ')}`);
  for (const need of Object.keys(NEEDS)) {
    if (wanted.has(need)) withBootLock(NEEDS[need]);
  }
  if (program.length > 0) runProgram(program);
}

/** `[needs, ...program and its arguments]` */
function readArguments(words) {
  const first = words[0] ?? '';
  if (!first.startsWith('--need=')) return [[], ...words];
  return [first.slice('--need='.length).split(',').filter(Boolean), ...words.slice(1)];
}

function runProgram(program) {
  const child = spawn(projectNode(), program, { cwd: root, stdio: 'inherit', env: projectEnvironment() });
  // A terminal sends Ctrl-C to the child as well; only signals sent to this process alone go on.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`cannot start ${program[0]}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + signalNumber(signal)));
}

function signalNumber(signal) {
  return require('node:os').constants.signals[signal] ?? 0;
}

try {
  main();
} catch (error) {
  console.error(`\n${error.message}\n`);
  process.exit(1);
}
