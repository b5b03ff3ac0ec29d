import type { InstanceLocation } from '#server/domain/instance-location.ts';

/** A location for tests that do not care where the server lives. */
export function plainLocation(given: Partial<InstanceLocation> = {}): InstanceLocation {
  return {
    kind: 'plain',
    name: null,
    dataDirectory: '/data/main',
    configDirectory: null,
    binDirectory: '/usr/lib/postgresql/15/bin',
    osOwner: 'postgres',
    port: 5432,
    socketDirectory: '/tmp',
    ...given,
  };
}
