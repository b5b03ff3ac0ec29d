import * as z from 'zod';
import { RUNTIME_KINDS, type InstanceLocation } from '#server/domain/instance-location.ts';
import type { Instance } from './generated/client.ts';

const zKind = z.enum(RUNTIME_KINDS);

/** Where the instance of a stored row lives. */
export function locationOf(row: Instance): InstanceLocation {
  return {
    kind: zKind.parse(row.kind),
    name: row.name,
    dataDirectory: row.dataDirectory,
    configDirectory: row.configDirectory,
    binDirectory: row.binDirectory,
    osOwner: row.osOwner,
    port: row.port,
    socketDirectory: row.socketDirectory,
    ...(row.superuser === '' ? {} : { superuser: row.superuser }),
  };
}
