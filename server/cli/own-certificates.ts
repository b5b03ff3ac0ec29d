import { readFile } from 'node:fs/promises';
import type { Assessment } from '#server/domain/assessment.ts';
import type { CertificateField } from '#server/domain/own-certificates.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { textOf, textsOf, usage, type Options } from './options.ts';

export const CERTIFICATE_OPTIONS = [
  ['--authority <file>', 'PEM of the authority with which the servers verify each other'],
  ['--certificate <server=file>', 'PEM of a server’s certificate and its intermediates; once per server …'],
  ['--certificate-key <server=file>', 'PEM of the private key of that certificate; once per server …'],
] as const;

/** PEM as it travels to Tandem. */
interface Given {
  certificate: string;
  key: string;
}

export interface CertificateTexts {
  authority: string;
  primary: Given;
  standby: Given;
}

/** Files that the options name, read before anything else happens; null = none was named. */
export async function certificateFiles(options: Options): Promise<CertificateFiles | null> {
  const authority = textOf(options, 'authority');
  const [certificates, keys] = [byServer(options, 'certificate'), byServer(options, 'certificateKey')];
  if (authority === null && certificates.size === 0 && keys.size === 0) return null;
  if (authority === null)
    throw usage('--authority is missing: the PEM with which the servers verify each other');
  return {
    authority: await pemOf(authority),
    certificates: await readAll(certificates),
    keys: await readAll(keys),
  };
}

interface CertificateFiles {
  authority: string;
  /** By the name of the server. */
  certificates: ReadonlyMap<string, string>;
  keys: ReadonlyMap<string, string>;
}

/** The files of both servers of the look; a usage error names what is missing, or a server that is not there. */
export function certificatesFor(
  { oldPrimary, newPrimary, chosenWay }: Assessment,
  files: CertificateFiles | null,
): CertificateTexts | null {
  if (files === null) {
    if (chosenWay === 'own-certificates')
      throw usage(
        'the certificates are of your own: give --authority, --certificate and --certificate-key',
        'Or let Tandem make them: --way pair-authority',
      );
    return null;
  }
  const servers = [oldPrimary, newPrimary];
  const unknown = [...files.certificates.keys(), ...files.keys.keys()].find(
    (name) => !servers.includes(name),
  );
  if (unknown !== undefined)
    throw usage(`${unknown} is no server of this pair`, `Its servers are ${servers.join(' and ')}.`);
  const given = (server: string): Given => ({
    certificate: required(files.certificates, '--certificate', server),
    key: required(files.keys, '--certificate-key', server),
  });
  return { authority: files.authority, primary: given(oldPrimary), standby: given(newPrimary) };
}

/** Says whose certificates they are and until when; throws with everything that is wrong with them. */
export async function checkCertificates(
  { api, terminal }: Cli,
  shown: Assessment,
  certificates: CertificateTexts,
): Promise<void> {
  const verdict = await api.change.checkCertificates.mutate({ pairId: shown.pairId, certificates });
  for (const each of verdict.certificates) {
    const until = new Date(each.notAfterMs).toISOString();
    terminal.err(
      `  ${each.server}: ${each.subject}, issuer ${each.issuer}, for ${each.expects}, until ${until}`,
    );
  }
  for (const warning of verdict.warnings) terminal.err(`  warning  ${warning.en}`);
  if (verdict.problems.length === 0) return;
  const problems = verdict.problems.map(({ field, what }) => ({
    option: optionOf(field, shown),
    problem: what.en,
  }));
  throw new CliError(EXIT.refused, {
    code: 'INVALID_INPUT',
    message: problems.map(({ option, problem }) => `${option}: ${problem}`).join('; '),
    hint: [...new Set(verdict.problems.map(({ fix }) => fix.en))].join(' '),
    facts: { problems },
  });
}

function optionOf(field: CertificateField, { oldPrimary, newPrimary }: Assessment): string {
  if (field === 'authority') return '--authority';
  const server = field.startsWith('primary') ? oldPrimary : newPrimary;
  return `${field.endsWith('key') ? '--certificate-key' : '--certificate'} ${server}`;
}

/** `db1=file` by server; a name is given once. */
function byServer(options: Options, name: 'certificate' | 'certificateKey'): Map<string, string> {
  const flag = name === 'certificate' ? '--certificate' : '--certificate-key';
  const files = new Map<string, string>();
  for (const text of textsOf(options, name)) {
    const at = text.indexOf('=');
    if (at < 1 || at === text.length - 1) throw usage(`${flag} ${text}: write server=file`);
    const server = text.slice(0, at);
    if (files.has(server)) throw usage(`${flag} names ${server} twice`);
    files.set(server, text.slice(at + 1));
  }
  return files;
}

async function readAll(files: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const read = await Promise.all(
    [...files].map(async ([server, file]) => [server, await pemOf(file)] as const),
  );
  return new Map(read);
}

async function pemOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw usage(`${file} cannot be read`);
  });
  if (text.trim() === '') throw usage(`${file} is empty`);
  return text;
}

function required(files: ReadonlyMap<string, string>, flag: string, server: string): string {
  const text = files.get(server);
  if (text !== undefined) return text;
  throw usage(`${flag} ${server}=FILE is missing`);
}
