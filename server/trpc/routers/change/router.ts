import { router } from '#server/trpc/trpc.ts';
import { assessChange } from './assess-change.ts';
import { rehearseChange } from './rehearse-change.ts';
import { startChange } from './start-change.ts';

export const changeRouter = router({
  assess: assessChange,
  rehearse: rehearseChange,
  start: startChange,
});
