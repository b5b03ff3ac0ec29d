import { router } from '#server/trpc/trpc.ts';
import { assessChange } from './assess-change.ts';
import { checkCertificates } from './check-certificates.ts';
import { fenceOne } from './fence-node.ts';
import { rehearseChange } from './rehearse-change.ts';
import { startChange } from './start-change.ts';

export const changeRouter = router({
  assess: assessChange,
  checkCertificates,
  fence: fenceOne,
  rehearse: rehearseChange,
  start: startChange,
});
