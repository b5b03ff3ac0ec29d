import { router } from '#server/trpc/trpc.ts';
import { dropSlot } from './drop-slot.ts';
import { listSlots } from './list-slots.ts';

export const slotRouter = router({
  drop: dropSlot,
  list: listSlots,
});
