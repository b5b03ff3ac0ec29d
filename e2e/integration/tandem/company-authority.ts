import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CompanyCertificate {
  /** PEM with the intermediate below. */
  certificate: string;
  key: string;
}

/** A root, an intermediate and certificates of it, as a company has them: made by openssl, not by Tandem. */
export interface CompanyAuthority {
  root: string;
  /** `elsewhere` = by an intermediate that may sign for another domain only, which a client finds out. */
  issue(o: {
    commonName: string;
    altName: string;
    days?: number;
    elsewhere?: boolean;
  }): Promise<CompanyCertificate>;
  stop(): Promise<void>;
}

/** `key` as openssl names it: `rsa:2048`, `ed25519`. */
export async function createCompanyAuthority(key = 'rsa:2048'): Promise<CompanyAuthority> {
  const dir = await mkdtemp(path.join(tmpdir(), 'tandem-company-'));
  const openssl = (...words: string[]) => run('openssl', words, { cwd: dir, timeout: 60_000 });
  const read = (name: string) => readFile(path.join(dir, name), 'utf8');
  const request = (name: string, subject: string, kind: string) =>
    openssl(
      'req',
      '-new',
      '-newkey',
      kind,
      '-nodes',
      '-subj',
      subject,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    );
  const sign = async (name: string, issuer: string, days: number, extensions: string) => {
    await writeFile(path.join(dir, `${name}.ext`), extensions);
    const by =
      issuer === name ? ['-signkey', `${name}.key`] : ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`];
    const files = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-extfile', `${name}.ext`];
    await openssl('x509', '-req', ...files, ...by, '-days', String(days), '-CAcreateserial');
  };
  const AUTHORITY = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n';
  await request('root', '/O=Company/CN=Company Root', key);
  await sign('root', 'root', 3_650, AUTHORITY);
  await request('servers', '/O=Company/CN=Company Servers', key);
  await sign('servers', 'root', 1_825, AUTHORITY);
  await request('elsewhere', '/O=Company/CN=Company Elsewhere', key);
  await sign(
    'elsewhere',
    'root',
    1_825,
    `${AUTHORITY}nameConstraints=critical,permitted;DNS:elsewhere.test\n`,
  );
  let n = 0;
  return {
    root: await read('root.crt'),
    issue: async ({ commonName, altName, days = 200, elsewhere = false }) => {
      const issuer = elsewhere ? 'elsewhere' : 'servers';
      n += 1;
      const name = `server-${n}`;
      await request(name, `/O=Company/CN=${commonName}`, 'rsa:2048');
      await sign(name, issuer, days, `subjectAltName=${altName}\nextendedKeyUsage=serverAuth,clientAuth\n`);
      return {
        certificate: (await read(`${name}.crt`)) + (await read(`${issuer}.crt`)),
        key: await read(`${name}.key`),
      };
    },
    stop: () => rm(dir, { recursive: true, force: true }),
  };
}
