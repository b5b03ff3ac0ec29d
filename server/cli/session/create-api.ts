import { createTRPCClient, httpLink } from '@trpc/client';
import type { AppRouter } from '#server/trpc/root.ts';
import type { Api } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';

const REQUEST_DEADLINE_MS = 20_000;
const DEFAULT_URL = 'http://127.0.0.1:7600';
const THIS_MACHINE = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The address of the console from TANDEM_URL; refuses to send a token in clear text to another machine. */
export function consoleUrl(environment: Readonly<Record<string, string | undefined>>): URL {
  const text = environment['TANDEM_URL'] ?? DEFAULT_URL;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CliError(EXIT.usage, {
      code: 'USAGE',
      message: `TANDEM_URL is not a web address: ${text}`,
      hint: 'Give the address of the console, such as https://tandem.example.net.',
    });
  }
  const clear = url.protocol === 'http:' && !THIS_MACHINE.test(url.hostname);
  if (!clear || environment['TANDEM_ALLOW_INSECURE_HTTP'] === '1') return url;
  throw new CliError(EXIT.usage, {
    code: 'USAGE',
    message: `the token would travel to ${url.host} in clear text`,
    hint: 'Use https, or accept the risk with TANDEM_ALLOW_INSECURE_HTTP=1.',
  });
}

/** The API as the token's owner; each request has a deadline of 20 s. */
export function createApi(url: URL, token: string): Api {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: new URL('/api/trpc', url).href,
        headers: { authorization: `Bearer ${token}` },
        fetch: (address, options) =>
          fetch(address, { ...options, signal: AbortSignal.timeout(REQUEST_DEADLINE_MS), redirect: 'error' }),
      }),
    ],
  });
}
