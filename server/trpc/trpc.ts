import { initTRPC } from '@trpc/server';
import { AppError } from '#server/errors/app-error.ts';
import type { TrpcContext } from './context.ts';
import { isUnexpected, toProblem, toTrpcError } from './error-conversion.ts';

interface ProcedureMeta {
  /** True = answers without a session; a test holds the list of these. */
  public?: boolean;
}

const STREAM_PING_MS = 1_000;
const STREAM_SILENCE_MS = 3_000;

const t = initTRPC
  .context<TrpcContext>()
  .meta<ProcedureMeta>()
  .create({
    sse: {
      ping: { enabled: true, intervalMs: STREAM_PING_MS },
      client: { reconnectAfterInactivityMs: STREAM_SILENCE_MS },
    },
    errorFormatter: ({ shape, error, ctx }) => ({
      ...shape,
      // The default carries a stack in development; nothing of ours goes out but the problem.
      data: {
        code: shape.data.code,
        httpStatus: shape.data.httpStatus,
        path: shape.data.path,
        problem: toProblem(error, ctx?.requestId ?? ''),
      },
      message: toProblem(error, ctx?.requestId ?? '').message,
    }),
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

const convertErrors = t.middleware(async ({ ctx, path, type, next }) => {
  const result = await next();
  if (result.ok) return result;
  const error = toTrpcError(result.error);
  if (isUnexpected(error)) {
    ctx.log.error({ path, type, requestId: ctx.requestId, err: error.cause ?? error }, 'procedure failed');
  }
  throw error;
});

/** Browsers name the page's origin with every POST; without it or with another, nothing changes. */
const refuseOtherOrigins = t.middleware(({ ctx, type, next }) => {
  if (type === 'mutation' && !ctx.sameOrigin) {
    throw new AppError('ORIGIN_REFUSED', {
      message: 'this address is not the one that Tandem was set up with',
      hint: 'Set TANDEM_URL to the address in your browser and restart Tandem.',
    });
  }
  return next();
});

const nameRequest = t.middleware(({ ctx, next }) => ctx.inRequest(() => next()));

const requireSession = t.middleware(({ ctx, type, next }) => {
  const { session } = ctx;
  if (!session) throw ctx.refusal ?? new AppError('NOT_SIGNED_IN', { message: 'sign in first' });
  if (type === 'mutation' && session.token?.scope === 'read') {
    throw new AppError('ACCESS_TOKEN_READ_ONLY', {
      message: 'this token may only look',
      hint: 'Create a token with the scope "operate" on the profile page of Tandem.',
    });
  }
  return next({ ctx: { session } });
});

/** A token must not make the next token: it would never end. */
const requirePerson = t.middleware(({ ctx, next }) => {
  if (!ctx.session?.token) return next();
  throw new AppError('PERSON_NEEDED', {
    message: 'a token cannot do this',
    hint: 'Sign in with a browser.',
  });
});

const procedure = t.procedure.use(convertErrors).use(refuseOtherOrigins).use(nameRequest);

/** Answers anybody. Every use is in the list of server/trpc/root.test.ts. */
export const publicProcedure = procedure.meta({ public: true });

/** Demands a session; what nearly everything is. */
export const protectedProcedure = procedure.use(requireSession);

/** Demands a person in a browser; a token is refused. */
export const personProcedure = protectedProcedure.use(requirePerson);
