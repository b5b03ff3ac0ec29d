import { createTRPCClient, httpLink } from '@trpc/client';
import type { AppRouter } from '#server/trpc/root.ts';

export interface Account {
  name: string;
  email: string;
  password: string;
}

export type ConsoleClient = ReturnType<typeof clientFor>;

function clientFor(
  url: string,
  cookie: () => string,
  onResponse: (response: Response) => void = () => undefined,
) {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/api/trpc`,
        headers: () => ({ origin: url, cookie: cookie() }),
        fetch: async (input, init) => {
          const response = await fetch(input, init as RequestInit);
          onResponse(response);
          return response;
        },
      }),
    ],
  });
}

/** Creates the administrator as the first-run page does, and answers as that person's browser would. */
export async function claimConsole(url: string, account: Account): Promise<ConsoleClient> {
  return (await claim(url, account)).client;
}

/** As `claimConsole`; answers with the cookies of the new session. */
export async function claimConsoleCookie(url: string, account: Account): Promise<string> {
  return (await claim(url, account)).cookie();
}

async function claim(
  url: string,
  account: Account,
): Promise<{ client: ConsoleClient; cookie: () => string }> {
  let cookie = '';
  const client = clientFor(
    url,
    () => cookie,
    (response) => {
      const cookies = response.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
      if (cookies.length > 0) cookie = cookies.join('; ');
    },
  );
  await client.setup.claim.mutate({ ...account, language: 'en' });
  return { client, cookie: () => cookie };
}
