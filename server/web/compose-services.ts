import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { generateEd25519, readPrivateKey } from '#server/adapters/ssh/private-key.ts';
import { createAuditLog } from '#server/adapters/store/audit-log.ts';
import { createAuditReader } from '#server/adapters/store/audit-reader.ts';
import { createChangeStore } from '#server/adapters/store/change-store.ts';
import { createDraftStore } from '#server/adapters/store/draft-store.ts';
import { createLossReader } from '#server/adapters/store/losses.ts';
import { createOperationReader } from '#server/adapters/store/operation-reader.ts';
import { PrismaOperationStore } from '#server/adapters/store/operation-store.ts';
import { createPairClients } from '#server/adapters/store/pair-clients.ts';
import { createPairFactsReader } from '#server/adapters/store/pair-facts-reader.ts';
import { createPairHooks } from '#server/adapters/store/pair-hooks.ts';
import { createPairHistoryReader } from '#server/adapters/store/pair-history-reader.ts';
import { createPairRoutes } from '#server/adapters/store/pair-routes.ts';
import { createPairReader } from '#server/adapters/store/pair-reader.ts';
import { createServerStore } from '#server/adapters/store/server-store.ts';
import { createAuditService } from '#server/services/audit-service.ts';
import { createPairAuthority } from '#server/adapters/certificates/pair-authority.ts';
import { createChangesService } from '#server/services/changes-service.ts';
import { createClientsService } from '#server/services/clients-service.ts';
import { createDraftsService } from '#server/services/drafts-service.ts';
import { createHooksService } from '#server/services/hooks-service.ts';
import { createLiveService } from '#server/services/live-service.ts';
import { createNetworkService } from '#server/services/network-service.ts';
import { createOperationsService } from '#server/services/operations-service.ts';
import { createRunbookService } from '#server/services/runbook-service.ts';
import { createPairHistoryService } from '#server/services/pair-history-service.ts';
import { createPairsService } from '#server/services/pairs-service.ts';
import { createReleasesService } from '#server/services/releases-service.ts';
import { createContainersService } from '#server/services/containers-service.ts';
import { createPreparationsService } from '#server/services/preparations-service.ts';
import { createRemovalsService } from '#server/services/removals-service.ts';
import { createServersService } from '#server/services/servers-service.ts';
import { createSlotsService } from '#server/services/slots-service.ts';
import { createTokensService } from '#server/services/tokens-service.ts';
import type { Services } from '#server/services/services.ts';
import type { WebParts } from './web-parts.ts';

const KEYS = { generate: generateEd25519, read: readPrivateKey };

/** The use cases behind the API. Keys are made and read here; connections are the worker's alone. */
export function composeServices(parts: Omit<WebParts, 'services'>): Services {
  const { prisma, queue, live, secrets } = parts;
  const reader = createOperationReader(prisma);
  const audit = createAuditLog(prisma, parts.origins);
  const auditReader = createAuditReader(prisma);
  const servers = createServerStore(prisma);
  const losses = createLossReader(prisma);
  const facts = createPairFactsReader(prisma);
  const pairs = createPairsService({ reader: createPairReader(prisma), live, clock: systemClock });
  const changes = createChangeStore(prisma);
  const start = { store: new PrismaOperationStore(prisma), queue, clock: systemClock, ids: systemIds };
  return {
    servers: createServersService({ ...start, servers, secrets, reader, audit, keys: KEYS }),
    pairs,
    drafts: createDraftsService({
      ...start,
      servers,
      secrets,
      reader,
      audit,
      drafts: createDraftStore(prisma),
    }),
    changes: createChangesService({ ...start, audit, secrets, changes, authority: createPairAuthority() }),
    operations: createOperationsService({ ...start, reader, audit, losses }),
    containers: createContainersService({ ...start, audit }),
    releases: createReleasesService({ ...start, audit, facts, pairs }),
    network: createNetworkService({ ...start, pairs, changes: createChangeStore(prisma) }),
    preparations: createPreparationsService({ ...start, audit, servers }),
    removals: createRemovalsService({ ...start, audit, facts }),
    hooks: createHooksService({
      ...start,
      audit,
      secrets,
      servers,
      hooks: createPairHooks(prisma),
      changes,
    }),
    clients: createClientsService({
      ...start,
      ...{ audit, facts, secrets, servers },
      routes: createPairRoutes(prisma),
      clients: createPairClients(prisma),
    }),
    slots: createSlotsService({ ...start, audit, facts, pairs }),
    audit: createAuditService(auditReader),
    runbooks: createRunbookService({ changes, servers }),
    history: createPairHistoryService({
      history: createPairHistoryReader(prisma),
      audit: auditReader,
      losses,
      clock: systemClock,
    }),
    tokens: createTokensService({ tokens: parts.tokens, audit, clock: systemClock }),
    live: createLiveService(live),
  };
}
