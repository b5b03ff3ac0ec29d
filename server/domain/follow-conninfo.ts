import { formatConninfo, LOST_LINK } from './conninfo.ts';
import { passfilePath } from './own-files.ts';
import { tlsConninfo, tlsHost, type TlsNames } from './pair-tls.ts';

/** `primary_conninfo` of a standby whose data directory is `directory`; the passfile there holds the password. */
export function followConninfo(o: {
  source: { instanceId: string; address: string; location: { port: number } };
  directory: string;
  role: string;
  slotName: string;
  /** Encrypted and verified; null = only where the server offers it. */
  tls: { names: TlsNames } | null;
}): string {
  return formatConninfo({
    ...tlsHost(o.source, o.tls?.names ?? {}),
    port: o.source.location.port,
    user: o.role,
    passfile: passfilePath(o.directory),
    application_name: o.slotName,
    ...LOST_LINK,
    ...tlsConninfo(o.tls !== null, o.directory),
  });
}
