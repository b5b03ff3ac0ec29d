import { parseSshAddress } from '#server/domain/parse-ssh-address.ts';
import type { ServerView } from '#server/services/services.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommandRow } from '../command-row.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { findServer } from '../find.ts';
import { followOperation } from '../follow-operation.ts';
import { requiredText, textOf, usage, type Options } from '../options.ts';
import { secretOf } from '../secret-of.ts';
import { serverJson } from '../shapes/server-json.ts';
import { reportChecks } from '../report-checks.ts';

const CHECK_MS = 120_000;
const KEY_OPTIONS = [
  ['--host-key <fingerprint>', 'the fingerprint that you compared (SHA256:…)'],
  ['--password-file <path>', 'file with the login password: used once, to install the key that Tandem made'],
] as const;

/** A server enters the inventory: address, key, the host key that a person compared. */
export const ADD_SERVER_COMMANDS: readonly CommandRow[] = [
  {
    words: 'server add',
    args: ['<address>'],
    summary: 'add a server (user@host:port) and run its checks',
    options: [
      ['--name <name>', 'what to call it'],
      ['--key-file <path>', 'private key to log in with; Tandem makes one otherwise'],
      ['--passphrase-file <path>', 'file with the passphrase of that key'],
      ['--sudo-password-file <path>', 'file with the password that sudo asks for, if it asks'],
      ['--jump <server>', 'server to go through'],
      ...KEY_OPTIONS,
    ],
    run: async (cli, [address = ''], options) => {
      const input = await newServer(cli, address, options);
      const password = await secretOf(options, 'passwordFile');
      const { id, publicKey } = await cli.api.server.create.mutate(input);
      if (input.credential.kind === 'generated-key' && password === null)
        cli.terminal.err(`Add this line to ~/.ssh/authorized_keys of ${input.username}:\n${publicKey}`);
      await check(cli, id);
      return trust(cli, await cli.api.server.get.query({ id }), textOf(options, 'hostKey'), password);
    },
  },
  {
    words: 'server trust',
    args: ['<server>'],
    summary: 'accept the host key that a server offers, and run its checks',
    options: KEY_OPTIONS,
    run: async (cli, [name = ''], options) => {
      const password = await secretOf(options, 'passwordFile');
      return trust(cli, await findServer(cli.api, name), textOf(options, 'hostKey'), password);
    },
  },
];

async function newServer(cli: Cli, address: string, options: Options) {
  const parsed = parseSshAddress(address);
  if (parsed === null) throw usage(`not an address: ${address}`, 'Give it as user@host or user@host:port.');
  const username = parsed.username;
  if (username === null) throw usage('the address names no user', 'Give it as user@host or user@host:port.');
  const jump = textOf(options, 'jump');
  const privateKey = await secretOf(options, 'keyFile');
  const passphrase = await secretOf(options, 'passphraseFile');
  return {
    name: requiredText(options, 'name'),
    host: parsed.host,
    port: parsed.port ?? 22,
    username,
    jumpServerId: jump === null ? null : (await findServer(cli.api, jump)).id,
    credential:
      privateKey === null
        ? { kind: 'generated-key' as const }
        : { kind: 'private-key' as const, privateKey, passphrase },
    sudoPassword: await secretOf(options, 'sudoPasswordFile'),
  };
}

/** Pins the offered key when it is the one that was compared, installs our own if wanted, checks everything. */
async function trust(
  cli: Cli,
  server: ServerView,
  fingerprint: string | null,
  password: string | null,
): Promise<ExitCode> {
  const { id, offeredHostKey } = server;
  if (offeredHostKey !== null) {
    await requireCompared(cli, server, offeredHostKey.fingerprint, fingerprint);
    await cli.api.server.approveHostKey.mutate({ id, fingerprint: offeredHostKey.fingerprint });
  } else if (server.hostKey === null) {
    return reportChecks(cli, server, EXIT.attention);
  }
  if (password !== null)
    await followOperation(cli, await cli.api.server.installKey.mutate({ id, password }), CHECK_MS);
  await check(cli, id);
  return reportChecks(cli, await cli.api.server.get.query({ id }), EXIT.ok);
}

async function check(cli: Cli, id: string): Promise<void> {
  await followOperation(cli, await cli.api.server.check.mutate({ id, rows: [] }), CHECK_MS);
}

/** Nobody but a person who looked at the server's own console knows whether this is its key. */
async function requireCompared(
  cli: Cli,
  server: ServerView,
  offered: string,
  given: string | null,
): Promise<void> {
  if (given === offered) return;
  const { terminal } = cli;
  if (given === null && terminal.interactive && !cli.json) {
    terminal.err(`${server.name} shows the host key ${offered}. Compare it on the server itself:`);
    terminal.err('  ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
    if (/^y(es)?$/i.test((await terminal.ask('Is it the same? [y/N] ', false))?.trim() ?? '')) return;
  }
  throw new CliError(EXIT.confirmation, {
    code: 'NOT_CONFIRMED',
    message:
      given === null
        ? `${server.name} is added; its host key is not accepted yet: ${offered}`
        : `${server.name} shows the host key ${offered}, not ${given}`,
    hint: `Compare it on the server itself, then: npx tandem server trust ${server.name} --host-key ${offered}`,
    facts: { server: serverJson(server) },
  });
}
