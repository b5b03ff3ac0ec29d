import { router } from '#server/trpc/trpc.ts';
import { checkHooks } from './check-hooks.ts';
import { checkedHooks } from './checked-hooks.ts';
import { listHooks } from './list-hooks.ts';
import { removeHook } from './remove-hook.ts';
import { saveHook } from './save-hook.ts';

export const hookRouter = router({
  check: checkHooks,
  checked: checkedHooks,
  list: listHooks,
  remove: removeHook,
  save: saveHook,
});
