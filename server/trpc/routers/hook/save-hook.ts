import { protectedProcedure } from '#server/trpc/trpc.ts';
import { saveHookSchema } from './hook.types.ts';

/** Adds or changes a hook; INVALID_INPUT names the field and changes nothing. Answers its id. */
export const saveHook = protectedProcedure
  .input(saveHookSchema)
  .mutation(async ({ ctx, input: { pairId, hookId, hook, token } }) =>
    ctx.services.hooks.save(pairId, hookId, hook, token, ctx.session),
  );
