import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  retryLink,
  splitLink,
  isTRPCClientError,
  type TRPCClient,
} from '@trpc/client';
import type { AppRouter } from '#server/trpc/root.ts';

const API_PATH = '/api/trpc';
const REQUEST_DEADLINE_MS = 20_000;
const LONGEST_WAIT_MS = 5_000;

/** True when the session ended: only a new sign-in helps. */
export function isSignedOut(error: unknown): boolean {
  return isTRPCClientError<AppRouter>(error) && error.data?.code === 'UNAUTHORIZED';
}

/** Leads to the sign-in and back to this very address. */
export function signInAgain(): void {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Told about each HTTP answer, to compare the clocks. */
export type AnswerListener = (dateMs: number, askedAtMs: number, arrivedAtMs: number) => void;

/**
 * The API client of a page. A stream that ends with an HTTP error (a proxy's 503, a restart) is
 * final for EventSource, so it is opened again here with growing pauses, except when signed out.
 */
export function createClient(onAnswer: AnswerListener): TRPCClient<AppRouter> {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: [
          retryLink({
            retry: ({ error }) => !isSignedOut(error),
            retryDelayMs: (attempt) => Math.min(LONGEST_WAIT_MS, 250 * 2 ** Math.min(attempt, 6)),
          }),
          httpSubscriptionLink({ url: API_PATH }),
        ],
        false: httpBatchLink({
          url: API_PATH,
          async fetch(url, options) {
            const askedAtMs = Date.now();
            const deadline = AbortSignal.timeout(REQUEST_DEADLINE_MS);
            const signal = options?.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
            const answer = await fetch(url, { ...options, signal });
            onAnswer(Date.parse(answer.headers.get('date') ?? ''), askedAtMs, Date.now());
            return answer;
          },
        }),
      }),
    ],
  });
}
