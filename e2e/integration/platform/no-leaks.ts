import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterAll } from 'vitest';
import { until } from './until.ts';

/** Sockets that are on their way out when the last hook returns. */
const CLOSED_WITHIN_MS = 5_000;

/**
 * Loaded before every file of integration tests: the file fails when it leaves connections (SSH, SQL)
 * or child processes behind. Sockets of `fetch` are kept by Node itself for a while and do not count.
 */
const opened = new Map<Socket, string>();
const socketOf = (message: unknown): Socket | null =>
  typeof message === 'object' && message !== null && 'socket' in message ? (message.socket as Socket) : null;

subscribe('net.client.socket', (message) => {
  const socket = socketOf(message);
  if (socket === null) return;
  const place = new Error('opened').stack?.split('\n').filter((line) => /\/(server|e2e|bench)\//.test(line));
  opened.set(socket, place?.slice(1, 4).join('\n') ?? '');
  socket.once('close', () => opened.delete(socket));
});
subscribe('undici:client:connected', (message) => {
  const socket = socketOf(message);
  if (socket !== null) opened.delete(socket);
});

const left = (): string[] => [
  ...[...opened]
    .filter(([socket]) => !socket.destroyed)
    .map(
      ([socket, place]) =>
        `a connection to ${socket.remoteAddress ?? 'a socket'}:${socket.remotePort ?? ''}\n${place}`,
    ),
  ...process.getActiveResourcesInfo().filter((resource) => resource === 'ProcessWrap'),
];

// Hooks run last in, first out: this one after every hook of the file.
afterAll(async () => {
  await until('nothing is left open', CLOSED_WITHIN_MS, () => left().length === 0).catch(() => {
    throw new Error(`the file leaves behind:\n${left().join('\n')}`);
  });
});
