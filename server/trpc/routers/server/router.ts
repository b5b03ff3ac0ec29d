import { router } from '#server/trpc/trpc.ts';
import { approveHostKey } from './approve-host-key.ts';
import { checkServer } from './check-server.ts';
import { createServer } from './create-server.ts';
import { getServer } from './get-server.ts';
import { installKey } from './install-key.ts';
import { listServers } from './list-servers.ts';
import { makeContainer } from './make-container.ts';
import { planContainer } from './plan-container.ts';
import { planPreparation } from './plan-preparation.ts';
import { planRelease } from './plan-release.ts';
import { planServerRemoval } from './plan-server-removal.ts';
import { prepareServer } from './prepare-server.ts';
import { releaseSettings } from './release-settings.ts';
import { removeServer } from './remove-server.ts';
import { updateServer } from './update-server.ts';

export const serverRouter = router({
  approveHostKey: approveHostKey,
  check: checkServer,
  create: createServer,
  get: getServer,
  installKey: installKey,
  containerPlan: planContainer,
  list: listServers,
  makeContainer: makeContainer,
  preparationPlan: planPreparation,
  prepare: prepareServer,
  releasePlan: planRelease,
  releaseSettings: releaseSettings,
  removalPlan: planServerRemoval,
  remove: removeServer,
  update: updateServer,
});
