import { pino, type DestinationStream } from 'pino';
import type { Log } from '#server/ports/log.ts';

/** Names of values that are never printed, at the top of a line and one level below. */
const REDACTED = [
  'password',
  'passphrase',
  'secret',
  'token',
  'privateKey',
  'authorization',
  'cookie',
  'masterKey',
];

/** JSON lines on standard output, or to `destination`. */
export function createLog(
  o: { level: string; process: 'launcher' | 'web' | 'worker' },
  destination?: DestinationStream,
): Log {
  const options = {
    level: o.level,
    base: { process: o.process, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: '•••' },
  };
  return destination ? pino(options, destination) : pino(options);
}
