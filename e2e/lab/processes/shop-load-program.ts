/**
 * An application that uses the practice shop: places orders at a steady rate, changes stock, and when
 * its server is gone or read-only looks for the writable one, as a client with a host list does.
 * Reads its settings as JSON from the first line of standard input and ends when that closes.
 * Prints one JSON line a second: `{"at","acknowledged","failed","address","longestGapMs"}`.
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
  ordersPerSecond: z.number().positive(),
});
type Settings = z.infer<typeof zSettings>;

const PLACE_ORDER = `
  WITH placed AS (
    INSERT INTO orders (customer_id, note) VALUES ((SELECT id FROM customers ORDER BY id OFFSET $1 LIMIT 1), $2) RETURNING id),
  sold AS (UPDATE products SET stock = stock - 1 WHERE id = $3)
  INSERT INTO order_items (order_id, line, product_id, quantity) SELECT id, 1, $3, 1 FROM placed`;

const counts = { acknowledged: 0, failed: 0, address: '', longestGapMs: 0 };

async function connectWritable(settings: Settings): Promise<pg.Client | null> {
  for (const address of settings.addresses) {
    const { user, password, database } = settings;
    const client = new pg.Client({
      ...address,
      user,
      password,
      database,
      connectionTimeoutMillis: 500,
      query_timeout: 1_000,
    });
    // A lost connection shows in the next query; without a listener it would end the program.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
      if (rows[0]?.standby === false) {
        counts.address = address.host;
        return client;
      }
      await client.end();
    } catch {
      client.end().catch(() => undefined);
    }
  }
  return null;
}

async function placeOrders(settings: Settings): Promise<never> {
  let client: pg.Client | null = null;
  let lastAcknowledgedAt = performance.now();
  for (let n = 0; ; n += 1) {
    const startedAt = performance.now();
    client ??= await connectWritable(settings);
    try {
      if (client === null) throw new Error('no writable server');
      await client.query({
        name: 'place-order',
        text: PLACE_ORDER,
        values: [n % 50, `order ${n} ${'x'.repeat(n % 200)}`, 1 + (n % 500)],
      });
      const now = performance.now();
      counts.acknowledged += 1;
      counts.longestGapMs = Math.max(counts.longestGapMs, Math.round(now - lastAcknowledgedAt));
      lastAcknowledgedAt = now;
    } catch {
      counts.failed += 1;
      client?.end().catch(() => undefined);
      client = null;
    }
    await delay(
      Math.max(client === null ? 50 : 0, 1_000 / settings.ordersPerSecond - (performance.now() - startedAt)),
    );
  }
}

const input = createInterface({ input: process.stdin });
input.once('line', (line) => {
  const settings = zSettings.parse(JSON.parse(line));
  setInterval(() => {
    process.stdout.write(`${JSON.stringify({ at: Date.now(), ...counts })}\n`);
    counts.longestGapMs = 0;
  }, 1_000);
  void placeOrders(settings);
});
input.on('close', () => process.exit(0));
