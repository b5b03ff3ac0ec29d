#!/usr/bin/env node
'use strict';
/**
 * `npx tandem …` from a checkout: makes sure of node_modules, then runs the command on the project's
 * own Node, in the caller's directory. CommonJS for whatever Node the machine has.
 */
const { spawn } = require('node:child_process');
const path = require('node:path');
const { projectEnvironment, projectNode, root, withBootLock } = require('../scripts/boot/project.cjs');
const { ensureNodeModules } = require('../scripts/boot/ensure-node-modules.cjs');

withBootLock(ensureNodeModules);
const program = path.join(root, 'server/cli/main.ts');
const child = spawn(projectNode(), [program, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: projectEnvironment(),
});
// A terminal sends Ctrl-C to the child as well, which decides what it means.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`tandem: cannot start Node: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
