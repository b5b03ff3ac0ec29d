import { Secret } from '#server/domain/secret.ts';
import { publicProcedure } from '#server/trpc/trpc.ts';
import { claimSchema } from './claim.types.ts';

/** Creates the administrator of a new installation and signs in. */
export const claim = publicProcedure.input(claimSchema).mutation(async ({ input, ctx }) => {
  const { password, token, ...person } = input;
  const cookies = await ctx.identity.claim(
    { ...person, password: new Secret(password), token: token ?? null },
    ctx.requestHeaders,
  );
  for (const cookie of cookies) ctx.responseHeaders.append('set-cookie', cookie);
});
