import { router } from '#server/trpc/trpc.ts';
import { cancelOperation } from './cancel-operation.ts';
import { closeOperation } from './close-operation.ts';
import { getLog } from './get-log.ts';
import { getLostWal } from './get-lost-wal.ts';
import { getOperation } from './get-operation.ts';
import { listOperations } from './list-operations.ts';
import { retryOperation } from './retry-operation.ts';
import { undoOperation } from './undo-operation.ts';

export const operationRouter = router({
  cancel: cancelOperation,
  close: closeOperation,
  log: getLog,
  lostWal: getLostWal,
  get: getOperation,
  list: listOperations,
  retry: retryOperation,
  undo: undoOperation,
});
