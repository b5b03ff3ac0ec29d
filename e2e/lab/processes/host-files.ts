import { access, chmod, chown, constants, cp, lstat, mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { requireProgram } from './run-program.ts';

/** Users of a practice host. The numbers belong to nobody on a Debian machine. */
export const LAB_USERS = {
  dba: { uid: 64101, gid: 64101, home: '/home/dba' },
  postgres: { uid: 64102, gid: 64102, home: '/var/lib/postgresql' },
  root: { uid: 0, gid: 0, home: '/root' },
} as const;
export type LabUser = keyof typeof LAB_USERS;

export type SudoRule = 'none' | 'nopasswd' | 'password';

/** What /etc of a practice host shares with the machine; the rest is written here or absent. */
const COPIED_FROM_ETC = [
  'alternatives',
  'bash.bashrc',
  'debian_version',
  'environment',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'locale.alias',
  'localtime',
  'login.defs',
  'nsswitch.conf',
  'os-release',
  'pam.d',
  'pam.conf',
  'postgresql-common',
  'profile',
  'profile.d',
  'protocols',
  'security',
  'services',
  'shells',
  'timezone',
  'ssl/openssl.cnf',
  'ssh/moduli',
] as const;

const SUDOERS: Record<SudoRule, string> = {
  none: 'root ALL=(ALL:ALL) ALL\n',
  nopasswd: 'root ALL=(ALL:ALL) ALL\ndba ALL=(ALL:ALL) NOPASSWD: ALL\n',
  password: 'Defaults timestamp_timeout=0\nroot ALL=(ALL:ALL) ALL\ndba ALL=(ALL:ALL) ALL\n',
};

/** Lays the directories that a practice host sees as /etc, /home, /srv, /tmp, /var/lib and /var/log. */
export async function writeHostFiles(
  root: string,
  o: { name: string; password: string | null; sudo: SudoRule; hosts: ReadonlyMap<string, string> },
): Promise<void> {
  for (const directory of [
    'etc/ssh',
    'etc/ssl',
    'home/dba/.ssh',
    'srv/postgres',
    'tmp',
    'var/lib/postgresql',
    'var/log',
  ]) {
    await mkdir(path.join(root, directory), { recursive: true });
  }
  await chmod(path.join(root, 'tmp'), 0o1777);
  const etc = path.join(root, 'etc');
  for (const entry of COPIED_FROM_ETC) {
    if (!existsSync(path.join('/etc', entry))) continue;
    await cp(path.join('/etc', entry), path.join(etc, entry), {
      recursive: true,
      verbatimSymlinks: true,
      filter: isReadable,
    });
  }
  const hash = o.password === null ? '*' : await passwordHash(o.password);
  const { dba, postgres } = LAB_USERS;
  const files: Record<string, { text: string; mode: number }> = {
    passwd: {
      text:
        'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n' +
        'sshd:x:64100:65534::/run/sshd:/usr/sbin/nologin\n' +
        `dba:x:${dba.uid}:${dba.gid}:database administrator:${dba.home}:/bin/bash\n` +
        `postgres:x:${postgres.uid}:${postgres.gid}:PostgreSQL:${postgres.home}:/bin/bash\n`,
      mode: 0o644,
    },
    group: {
      text: `root:x:0:\nnogroup:x:65534:\ntty:x:5:\nshadow:x:42:\ndba:x:${dba.gid}:\npostgres:x:${postgres.gid}:\n`,
      mode: 0o644,
    },
    shadow: {
      text: `root:*:20000:0:99999:7:::\ndba:${hash}:20000:0:99999:7:::\npostgres:*:20000:0:99999:7:::\n`,
      mode: 0o640,
    },
    sudoers: { text: SUDOERS[o.sudo], mode: 0o440 },
    hostname: { text: `${o.name}\n`, mode: 0o644 },
    hosts: {
      text: ['127.0.0.1 localhost', ...[...o.hosts].map(([name, address]) => `${address} ${name}`), ''].join(
        '\n',
      ),
      mode: 0o644,
    },
  };
  for (const [name, file] of Object.entries(files)) {
    await writeFile(path.join(etc, name), file.text, { mode: file.mode });
    await chmod(path.join(etc, name), file.mode);
    await chown(path.join(etc, name), 0, 0);
  }
  for (const directory of ['', 'etc', 'etc/ssh', 'home', 'srv', 'tmp', 'var', 'var/lib', 'var/log']) {
    await chown(path.join(root, directory), 0, 0);
  }
  await chmod(path.join(root, 'home/dba/.ssh'), 0o700);
  for (const directory of ['home/dba', 'home/dba/.ssh', 'srv/postgres']) {
    await chown(path.join(root, directory), dba.uid, dba.gid);
  }
  await chown(path.join(root, 'var/lib/postgresql'), postgres.uid, postgres.gid);
}

/** What only the machine's root may read is not for practice hosts; a link is copied as a link. */
async function isReadable(file: string): Promise<boolean> {
  const found = await lstat(file);
  return (
    found.isSymbolicLink() ||
    access(file, constants.R_OK).then(
      () => true,
      () => false,
    )
  );
}

/** For /etc/shadow (SHA-512 crypt). */
export async function passwordHash(password: string): Promise<string> {
  const { stdout } = await requireProgram(['openssl', 'passwd', '-6', '-stdin'], { input: password });
  return stdout.trim();
}
