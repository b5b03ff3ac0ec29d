import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Assessment } from '#server/domain/assessment.ts';
import type { CertificatesVerdict } from '#server/domain/own-certificates.ts';
import { commandTable } from './command-table.ts';
import { EXIT } from './exit-codes.ts';
import { runCli } from './run-cli.ts';
import { fakeApi, operationView, pairView, planOf } from './testing/fake-api.ts';
import { fakeTerminal } from './testing/fake-terminal.ts';

const TABLE = commandTable({}, () => new URL('http://127.0.0.1:7600'));
const text = (words: string) => ({ en: words, de: words });
const GOOD: CertificatesVerdict = {
  problems: [],
  warnings: [text('db1: CN=db1 ends on 2030-01-13, in less than 30 days.')],
  certificates: [
    {
      server: 'db1',
      expects: '10.0.0.1',
      subject: 'CN=db1',
      issuer: 'CN=Company',
      notAfterMs: 1_900_000_000_000,
    },
  ],
};

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-pem-'));
  for (const name of ['ca', 'db1.crt', 'db1.key', 'db2.crt', 'db2.key'])
    await writeFile(path.join(dir, name), `text of ${name}\n`);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function run(
  options: string[],
  o: {
    verdict?: CertificatesVerdict;
    shown?: Partial<Assessment>;
    tls?: ReturnType<typeof pairView>['tls'];
  } = {},
) {
  const started: Record<string, unknown>[] = [];
  const asked: (string | null)[] = [];
  const look = (way: string | null) => ({
    id: 'a1',
    pairId: 'p-shop',
    kind: 'encrypt',
    epoch: 1,
    takenAtMs: 1_800_000_000_000,
    oldPrimary: 'db1',
    newPrimary: 'db2',
    readiness: 'ready',
    gates: [],
    plan: planOf('encrypt-replication'),
    refusal: null,
    outage: null,
    loss: null,
    diagnosis: null,
    ways: [],
    chosenWay: way ?? 'pair-authority',
    warnings: [],
    confirmation: { word: null, ticks: [], reasonRequired: false },
    runningOperationId: null,
    ...o.shown,
  });
  const api = fakeApi({
    pairs: [{ ...pairView('shop'), tls: o.tls ?? null }],
    operations: [operationView('succeeded')],
    answers: {
      'change.assess': async ({ way }: { way: string | null }) => {
        asked.push(way);
        return { assessment: look(way), fresh: true };
      },
      'change.checkCertificates': async () => o.verdict ?? GOOD,
      'change.start': async (input: Record<string, unknown>) => {
        started.push(input);
        return 'o1';
      },
    },
  });
  const terminal = fakeTerminal({});
  const words = options[0] === 'pair' ? options : ['pair', 'encrypt', 'shop', '--yes', ...options];
  const code = await runCli({ words, commands: TABLE, connect: async () => api, terminal });
  return { code, started, asked, out: terminal.lines.join('\n'), err: terminal.complaints.join('\n') };
}

const file = (name: string) => path.join(dir, name);
const OWN = () => [
  ...['--authority', file('ca')],
  ...['--certificate', `db2=${file('db2.crt')}`, '--certificate', `db1=${file('db1.crt')}`],
  ...['--certificate-key', `db1=${file('db1.key')}`, '--certificate-key', `db2=${file('db2.key')}`],
];

it('gives each server the certificate that was named for it, and says until when it is valid', async () => {
  const { code, started, asked, err } = await run(OWN());
  expect({ code, asked }).toEqual({ code: EXIT.ok, asked: ['own-certificates'] });
  expect(started[0]).toMatchObject({
    way: 'own-certificates',
    certificates: {
      authority: 'text of ca\n',
      primary: { certificate: 'text of db1.crt\n', key: 'text of db1.key\n' },
      standby: { certificate: 'text of db2.crt\n', key: 'text of db2.key\n' },
    },
  });
  expect(err).toContain('db1: CN=db1, issuer CN=Company, for 10.0.0.1, until 2030-03-17');
  expect(err).toContain('in less than 30 days');
  expect(err).not.toContain('text of db1.key');
});

it('starts nothing with certificates that cannot be used, and names the option of each', async () => {
  const problems = [
    {
      field: 'primary.key' as const,
      what: text('it is protected by a passphrase'),
      fix: text('Take it away.'),
    },
    { field: 'standby.certificate' as const, what: text('it ended'), fix: text('Have a new one issued.') },
  ];
  const { code, started, err } = await run(OWN(), { verdict: { ...GOOD, problems } });
  expect({ code, started }).toEqual({ code: EXIT.refused, started: [] });
  expect(err).toContain('--certificate-key db1: it is protected by a passphrase');
  expect(err).toContain('--certificate db2: it ended');
  expect(err).toContain('Have a new one issued.');
});

it.each([
  ['no authority', () => OWN().slice(2), '--authority is missing'],
  ['one key less', () => OWN().slice(0, -2), '--certificate-key db2=FILE is missing'],
  [
    'a server of another pair',
    () => [...OWN(), '--certificate', `db3=${file('db1.crt')}`],
    'db3 is no server',
  ],
  ['a server twice', () => [...OWN(), '--certificate', `db1=${file('db1.crt')}`], 'names db1 twice'],
  ['a file without its server', () => [...OWN(), '--certificate', file('db1.crt')], 'write server=file'],
  ['a file that is not there', () => ['--authority', file('none')], 'cannot be read'],
])('is a wrong command with %s', async (_what, options, said) => {
  const { code, started, err } = await run(options());
  expect({ code, started }).toEqual({ code: EXIT.usage, started: [] });
  expect(err).toContain(said);
});

it('asks for certificates where they are one’s own already, and names the other way', async () => {
  const { code, err } = await run([], { shown: { chosenWay: 'own-certificates' } });
  expect(code).toBe(EXIT.usage);
  expect(err).toContain('--way pair-authority');
});

it('starts without certificates where Tandem makes them', async () => {
  expect((await run([])).started[0]).toMatchObject({ way: 'pair-authority', certificates: null });
});

it('shows with the pair whose certificates they are', async () => {
  const tls = { notAfterMs: 1_900_000_000_000, renew: false, own: true };
  const shown = await run(['pair', 'show', 'shop'], { tls });
  expect(shown.out).toContain('until 2030-03-17T17:46:40.000Z, by certificates of your own');
  const json = await run(['pair', 'show', 'shop', '--json'], { tls });
  expect(JSON.parse(json.out)).toMatchObject({ certificatesOf: 'own' });
});
