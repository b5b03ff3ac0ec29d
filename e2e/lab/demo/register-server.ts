import { requireProgram } from '#e2e/lab/processes/run-program.ts';
import { until } from '#e2e/lab/processes/until.ts';
import type { ServerView } from '#server/services/services.ts';
import type { ConsoleClient } from './console-client.ts';

/** A machine that boots whole servers beside it is busy. */
const CHECK_TIMEOUT_MS = 120_000;

/** What of a practice host is needed to log in to it. */
export interface LoginHost {
  name: string;
  address: string;
  sshPort: number;
  user: string;
  authorizeKey(publicLine: string): Promise<void>;
  /** The public host key, one line in OpenSSH's form. */
  hostKeyLine(): Promise<string>;
}

/**
 * Adds a practice host as a person would: Tandem's key is put into authorized_keys, the offered host
 * key is compared with the real one and approved, the checklist runs to its end.
 */
export async function registerServer(client: ConsoleClient, host: LoginHost): Promise<ServerView> {
  const created = await client.server.create.mutate({
    name: host.name,
    host: host.address,
    port: host.sshPort,
    username: host.user,
    jumpServerId: null,
    credential: { kind: 'generated-key' },
    sudoPassword: null,
  });
  await host.authorizeKey(created.publicKey);
  await client.server.check.mutate({ id: created.id, rows: [] });
  const fingerprint = await until(
    `${host.name} shows its host key`,
    async () => (await client.server.get.query({ id: created.id })).offeredHostKey?.fingerprint,
    { timeoutMs: CHECK_TIMEOUT_MS, everyMs: 100 },
  );
  const real = await realFingerprint(host);
  if (fingerprint !== real) throw new Error(`${host.name} offers ${fingerprint}, its key is ${real}`);
  await client.server.approveHostKey.mutate({ id: created.id, fingerprint });
  await client.server.check.mutate({ id: created.id, rows: [] });
  return until(
    `${host.name} is verified`,
    async () => {
      const server = await client.server.get.query({ id: created.id });
      return server.status === 'verified' && server.facts !== null ? server : null;
    },
    { timeoutMs: CHECK_TIMEOUT_MS, everyMs: 100 },
  );
}

async function realFingerprint(host: LoginHost): Promise<string> {
  const { stdout } = await requireProgram(['ssh-keygen', '-lf', '-'], {
    input: `${await host.hostKeyLine()}\n`,
  });
  return stdout.split(' ')[1] ?? '';
}
