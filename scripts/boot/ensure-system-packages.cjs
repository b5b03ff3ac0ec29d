'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { run } = require('./project.cjs');

/** A program is looked for in these folders; the last two belong to Debian's PostgreSQL and root. */
const postgresBins = () => {
  const base = '/usr/lib/postgresql';
  const majors = fs.existsSync(base) ? fs.readdirSync(base) : [];
  return majors.map((major) => path.join(base, major, 'bin'));
};
/** Debian keeps libraries in a folder of the processor's name. */
const libraries = () => ['x86_64', 'aarch64'].map((processor) => `/usr/lib/${processor}-linux-gnu`);
const searchPath = () => [
  ...(process.env.PATH ?? '').split(':'),
  '/usr/sbin',
  '/sbin',
  ...postgresBins(),
  ...libraries(),
];
const isInstalled = (program) => searchPath().some((folder) => fs.existsSync(path.join(folder, program)));

/** Need → Debian package → the programs that prove that it is there. */
const PACKAGES = {
  lab: {
    postgresql: ['initdb', 'pg_basebackup', 'pg_rewind', 'pg_controldata', 'psql'],
    'openssh-server': ['sshd'],
    'openssh-client': ['ssh', 'ssh-keygen'],
    iproute2: ['ip'],
    nftables: ['nft'],
    openssl: ['openssl'],
    'util-linux': ['unshare', 'nsenter', 'flock', 'setpriv'],
    sudo: ['sudo'],
    procps: ['ps'],
    pgbouncer: ['pgbouncer'],
    'libnss-wrapper': ['libnss_wrapper.so'],
  },
  browser: { 'chromium-headless-shell': ['chromium-headless-shell'], 'fonts-liberation': [] },
  containers: { 'docker.io': ['dockerd'], debootstrap: ['debootstrap'] },
};

const missingPackages = (need) =>
  Object.entries(PACKAGES[need])
    .filter(([, programs]) => !programs.every(isInstalled))
    .map(([name]) => name);

/** The machine's own engine is used as it is, also by a user who may not install anything. */
const engineAnswers = () =>
  spawnSync('docker', ['version'], { stdio: 'ignore', timeout: 10_000 }).status === 0;

/** Slower, but the same pages: an installed Chromium does where the shell cannot be had. */
const doesWithout = (need) => need === 'browser' && isInstalled('chromium');

/**
 * Makes sure that the programs of a need are installed; never starts a service or makes a
 * database cluster. Where it may not install, it says which command would and stops.
 */
function ensureSystemPackages(need) {
  const missing = missingPackages(need);
  if (need === 'browser' && process.env.TANDEM_CHROMIUM) return;
  if (missing.length === 0) return;
  if (need === 'containers' && engineAnswers()) return;
  const mayInstall = process.getuid?.() === 0 && isInstalled('apt-get');
  if (!mayInstall) {
    if (doesWithout(need)) return;
    throw new Error(instructions(missing));
  }
  try {
    withoutServices(() => install(missing));
  } catch (error) {
    if (!doesWithout(need)) throw error;
    return;
  }
  const still = missingPackages(need);
  if (still.length > 0) throw new Error(`installed, but still not found: ${still.join(', ')}`);
}

function instructions(packages) {
  const list = packages.join(' ');
  if (!isInstalled('apt-get')) {
    return `Some programs are missing. Install what Debian calls: ${list}\nThen run the same command again.`;
  }
  return [
    'Some system packages are missing and only root may install them. Please run:',
    '',
    `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${list}`,
    '',
    'Then run the same command again.',
  ].join('\n');
}

function install(packages) {
  console.error(`Installing: ${packages.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptInstall = (names) =>
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env });
  run('apt-get', ['update', '-qq'], { env });
  if (!packages.includes('postgresql')) return aptInstall(packages);
  aptInstall(['postgresql-common']);
  withoutMainCluster(() => aptInstall(packages));
}

/** Debian makes and starts a cluster "main" when PostgreSQL is installed; we want only programs. */
function withoutMainCluster(action) {
  const file = '/etc/postgresql-common/createcluster.conf';
  const before = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, `${before}\ncreate_main_cluster = false\n`);
  try {
    action();
  } finally {
    fs.writeFileSync(file, before);
  }
}

/** Debian's own switch against starting services at installation: a policy that says no (101). */
function withoutServices(action) {
  const file = '/usr/sbin/policy-rc.d';
  if (fs.existsSync(file)) return action();
  fs.writeFileSync(file, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    action();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

module.exports = { ensureSystemPackages };
