/**
 * A client that keeps a ledger: inserts numbers one after the other, as fast as its pause allows, and
 * remembers which were acknowledged. When its server is gone or read-only it looks at all servers at
 * once for the writable one, as a client with `target_session_attrs=read-write` does.
 * First line of standard input: settings as JSON. Each further line asks for a report since the line
 * before; the end of input ends the program.
 */
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';

const zSettings = z.object({
  addresses: z.array(z.object({ host: z.string(), port: z.number() })).min(1),
  user: z.string(),
  password: z.string(),
  database: z.string(),
  pauseMs: z.number().nonnegative(),
  /** Longest time for one statement. */
  queryMs: z.number().positive(),
  /** A pool that gives each transaction another session knows no prepared statements. */
  prepared: z.boolean(),
  /** First number. */
  from: z.number(),
});
type Settings = z.infer<typeof zSettings>;

const CONNECT_MS = 400;
const INSERT = 'INSERT INTO ledger (n) VALUES ($1)';

let next = 1;
let window = newWindow();

function newWindow() {
  return {
    acknowledged: [] as number[],
    failed: 0,
    longestGapMs: 0,
    gapBeganAtMs: 0,
    lastAtMs: performance.now(),
  };
}

async function writable(settings: Settings, address: Settings['addresses'][number]): Promise<pg.Client> {
  const { user, password, database } = settings;
  const client = new pg.Client({
    ...address,
    user,
    password,
    database,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: settings.queryMs,
  });
  // A lost connection shows in the next query; without a listener it would end the program.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
    if (rows[0]?.standby === false) return client;
    throw new Error('read-only');
  } catch (error) {
    client.end().catch(() => undefined);
    throw error;
  }
}

async function connect(settings: Settings): Promise<pg.Client | null> {
  const tries = settings.addresses.map((address) => writable(settings, address));
  const client = await Promise.any(tries).catch(() => null);
  for (const other of tries)
    other
      .then(
        (c) => (c === client ? undefined : c.end()),
        () => undefined,
      )
      .catch(() => undefined);
  return client;
}

async function write(settings: Settings): Promise<never> {
  let client: pg.Client | null = null;
  for (;;) {
    client ??= await connect(settings);
    if (client === null) {
      await delay(2);
      continue;
    }
    const n = next;
    next += 1;
    try {
      await client.query({ text: INSERT, values: [n], ...(settings.prepared ? { name: 'ledger' } : {}) });
      const now = performance.now();
      if (now - window.lastAtMs > window.longestGapMs) {
        window.longestGapMs = now - window.lastAtMs;
        window.gapBeganAtMs = Date.now() - (now - window.lastAtMs);
      }
      window.lastAtMs = now;
      window.acknowledged.push(n);
    } catch {
      window.failed += 1;
      client.end().catch(() => undefined);
      client = null;
    }
    if (settings.pauseMs > 0) await delay(settings.pauseMs);
  }
}

let started = false;
createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (!started) {
      started = true;
      const settings = zSettings.parse(JSON.parse(line));
      next = settings.from;
      void write(settings);
      return;
    }
    const { acknowledged, failed, longestGapMs, gapBeganAtMs, lastAtMs } = window;
    // The silence that still lasts belongs to both windows.
    window = { ...newWindow(), lastAtMs };
    process.stdout.write(
      `${JSON.stringify({ acknowledged, failed, longestGapMs, gapBeganAtMs, silentMs: performance.now() - lastAtMs })}\n`,
    );
  })
  .on('close', () => process.exit(0));
