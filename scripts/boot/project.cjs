'use strict';
const { spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '../..');
const cacheDirectory = path.join(root, '.cache');

/** The Node binary that came with node_modules. */
function projectNode() {
  return path.join(root, 'node_modules/node/bin/node');
}

/** The environment in which `node` and every installed tool are the project's own. */
function projectEnvironment(extra = {}) {
  const bins = [path.dirname(projectNode()), path.join(root, 'node_modules/.bin')];
  return {
    ...process.env,
    NEXT_TELEMETRY_DISABLED: '1',
    // Hundreds of source files are stripped of types and compiled once, not by every process anew.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(cacheDirectory, 'compile'),
    PATH: [...bins, process.env.PATH ?? ''].join(path.delimiter),
    ...extra,
  };
}

/** Runs a command to its end with its output shown; throws with the command's name when it fails. */
function run(command, args, options = {}) {
  // Standard output belongs to the program that is booted: `tandem --json` prints a document there.
  const result = spawnSync(command, args, { cwd: root, stdio: ['inherit', 2, 'inherit'], ...options });
  if (result.error) throw new Error(`cannot run ${command}: ${result.error.message}`);
  if (result.status !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with ${result.signal ?? result.status}`);
  }
}

function hashOf(...parts) {
  const hash = crypto.createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** Content of a file, or null when there is none. */
function readIfPresent(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function writeFile(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

const lockFile = path.join(cacheDirectory, 'boot.lock');
const lockTimeoutMs = 15 * 60_000;

/** One boot at a time changes node_modules, the generated client or the build; others wait for it. */
function withBootLock(action) {
  const deadline = Date.now() + lockTimeoutMs;
  while (!takeLock()) {
    if (Date.now() > deadline) throw new Error(`gave up waiting for ${lockFile}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
  try {
    action();
  } finally {
    fs.rmSync(lockFile, { force: true });
  }
}

function takeLock() {
  fs.mkdirSync(cacheDirectory, { recursive: true });
  try {
    fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = Number(readIfPresent(lockFile) ?? NaN);
  if (Number.isInteger(holder) && holder > 0 && !isAlive(holder)) fs.rmSync(lockFile, { force: true });
  return false;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

module.exports = {
  hashOf,
  projectEnvironment,
  projectNode,
  readIfPresent,
  root,
  run,
  withBootLock,
  writeFile,
};
