import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { existingRoutes } from '#e2e/fixtures/route-table.ts';
import { claimConsoleCookie } from '#e2e/lab/demo/console-client.ts';
import { freePort } from '#e2e/lab/demo/tandem-process.ts';
import type { Services } from '#server/services/services.ts';
import { until } from '../platform/until.ts';

const STEPS = ['servers', 'safety', 'name', 'review'];

export interface WebPages {
  /** Each page of the console as a browser first gets it, by address. */
  pages: Map<string, string>;
  /** Everything that the web process wrote. */
  output: string;
}

/**
 * Runs the real web process on a control database, signs in and opens every page of everything there is.
 * Sends `typo` where it is refused: what is refused is what gets logged.
 */
export async function openEveryPage(
  services: Services,
  environment: Readonly<Record<string, string>>,
  account: { name: string; email: string; password: string },
  typo: string,
): Promise<WebPages> {
  const port = await freePort(7700);
  const url = `http://127.0.0.1:${port}`;
  const next = path.resolve('node_modules/next/dist/bin/next');
  const web = spawn(process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...environment, TANDEM_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [web.stdout, web.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  try {
    await until('the web process answers', 30_000, () =>
      fetch(`${url}/api/health`).then(
        (answer) => answer.ok,
        () => false,
      ),
    );
    const pages = new Map<string, string>();
    const cookie = await claimConsoleCookie(url, account);
    const headers = { cookie, origin: url, 'content-type': 'application/json' };
    for (const [address, body] of refused(account.email, typo)) {
      const answer = await fetch(url + address, { method: 'POST', headers, body: JSON.stringify(body) });
      if (answer.ok) throw new Error(`${address} was not refused`);
      pages.set(address, await answer.text());
    }
    for (const address of await addresses(services)) {
      const answer = await fetch(url + address, { headers: { cookie }, redirect: 'manual' });
      pages.set(address, await answer.text());
    }
    return { pages, output };
  } catch (cause) {
    throw new Error(`the pages could not be opened:\n${output}`, { cause });
  } finally {
    web.kill('SIGTERM');
    await once(web, 'exit');
  }
}

/** Requests that must fail, with a secret in a place where one is expected, or not. */
function refused(email: string, typo: string): [address: string, body: unknown][] {
  return [
    ['/api/auth/sign-in/email', { email, password: typo }],
    ['/api/trpc/server.create', { name: [typo], credential: { kind: 'private-key', privateKey: typo } }],
    ['/api/trpc/draft.save', { id: 'none', data: { kind: 'adopt' }, rolePassword: typo }],
  ];
}

/** Every route of the console with the ids of everything there is; one with an unknown part fails. */
async function addresses(services: Services): Promise<string[]> {
  const [servers, pairs, drafts, operations] = await Promise.all([
    services.servers.list(),
    services.pairs.list(),
    services.drafts.list(),
    services.operations.list(1_000),
  ]);
  const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);
  const values: Record<string, string[]> = {
    '[serverId]': ids(servers),
    '[pairId]': ids(pairs),
    '[draftId]': ids(drafts),
    '[operationId]': ids(operations),
    '[step]': STEPS,
  };
  return existingRoutes().flatMap((route) => {
    let found = [''];
    for (const part of route.split('/').slice(1)) {
      const choices = part.startsWith('[') ? values[part] : [part];
      if (choices === undefined) throw new Error(`${route}: nothing is known to put for ${part}`);
      found = found.flatMap((start) => choices.map((choice) => `${start}/${choice}`));
    }
    return found;
  });
}
