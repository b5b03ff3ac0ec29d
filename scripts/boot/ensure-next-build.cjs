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

/** What goes into the build: folders and files, tests left out. */
const INPUTS = [
  'app',
  'components',
  'messages',
  'public',
  'server',
  'next.config.js',
  'postcss.config.mjs',
  'proxy.ts',
  'package-lock.json',
  'tsconfig.json',
];
const stampFile = path.join(root, '.next/tandem-build-hash');

/** Makes sure that `.next` is a production build of the source as it is now. */
function ensureNextBuild() {
  const wanted = hashOf(...INPUTS.flatMap((input) => contentsOf(path.join(root, input))));
  if (readIfPresent(stampFile) === wanted && fs.existsSync(path.join(root, '.next/BUILD_ID'))) return;
  const next = path.join(root, 'node_modules/next/dist/bin/next');
  run(projectNode(), [next, 'build'], { env: projectEnvironment({ NODE_ENV: 'production' }) });
  writeFile(stampFile, wanted);
}

/** `[path, content, path, content, …]` of a file or of all files below a folder, sorted. */
function contentsOf(entry) {
  const stat = fs.statSync(entry, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) {
    return /\.test\.tsx?$/.test(entry) ? [] : [path.relative(root, entry), fs.readFileSync(entry)];
  }
  return fs
    .readdirSync(entry)
    .sort()
    .flatMap((name) => contentsOf(path.join(entry, name)));
}

module.exports = { ensureNextBuild };
