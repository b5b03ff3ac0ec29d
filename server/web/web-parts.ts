import type { Prisma } from '#server/adapters/store/prisma-client.ts';
import type { Config } from '#server/config/config.ts';
import type { Identity } from '#server/ports/identity.ts';
import type { LiveSubscriber } from '#server/ports/live-feed.ts';
import type { Log } from '#server/ports/log.ts';
import type { PersonalTokens } from '#server/ports/personal-tokens.ts';
import type { RequestOrigins } from '#server/ports/request-origin.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { WakeSender } from '#server/ports/work-queue.ts';
import type { Services } from '#server/services/services.ts';

/** Everything that the web process is made of. */
export interface WebParts {
  config: Config;
  log: Log;
  prisma: Prisma;
  secrets: SecretStore;
  identity: Identity;
  tokens: PersonalTokens;
  origins: RequestOrigins;
  queue: WakeSender;
  live: LiveSubscriber;
  services: Services;
}
