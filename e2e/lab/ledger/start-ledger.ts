import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { SHOP_PASSWORD, SHOP_ROLE } from '#e2e/lab/processes/shop-sql.ts';

const zReport = z.object({
  acknowledged: z.array(z.number()),
  /** Attempts that got no acknowledgement. */
  failed: z.number(),
  /** Longest time between two acknowledged writes, ms, and when it began. */
  longestGapMs: z.number(),
  gapBeganAtMs: z.number(),
  /** Time since the last acknowledged write, ms. */
  silentMs: z.number(),
});
export type LedgerReport = z.infer<typeof zReport>;

/** A server of practice hosts of any kind. */
interface LedgerServer {
  host: { address: string };
  location: { port: number };
  sql(text: string, database?: string): Promise<string>;
}

export interface Ledger {
  /** What happened since the last report. */
  report(): Promise<LedgerReport>;
  /** Every number that was ever acknowledged. */
  acknowledged(): number[];
  /** Acknowledged numbers that are not on this server. */
  missingOn(server: LedgerServer): Promise<number[]>;
  /** What is missing so far is known: only later commits are looked for from here on. */
  forget(): void;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('./ledger-program.ts', import.meta.url));

/** The table that the ledger writes to; on the primary, before the client starts. */
export async function createLedgerTable(primary: LedgerServer): Promise<void> {
  await primary.sql('CREATE TABLE IF NOT EXISTS ledger (n bigint PRIMARY KEY)', 'shop');
  await primary.sql(`GRANT SELECT, INSERT ON ledger TO ${SHOP_ROLE}`, 'shop');
}

/** Starts a client with acknowledged sequence numbers. It is a process of its own, so that nobody's load delays its clock. */
export function startLedger(
  servers: readonly LedgerServer[],
  o: { pauseMs?: number; pool?: { host: string; port: number }; from?: number } = {},
): Ledger {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const settings = {
    addresses:
      o.pool === undefined ? servers.map((s) => ({ host: s.host.address, port: s.location.port })) : [o.pool],
    user: SHOP_ROLE,
    password: SHOP_PASSWORD,
    database: 'shop',
    pauseMs: o.pauseMs ?? 5,
    // Clients of a pool wait as long as it makes them.
    queryMs: o.pool === undefined ? 1_000 : 100_000,
    prepared: o.pool === undefined,
    from: o.from ?? 1,
  };
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  const lines = createInterface({ input: child.stdout });
  const all: number[] = [];
  const report = async (): Promise<LedgerReport> => {
    const line = once(lines, 'line');
    child.stdin.write('report\n');
    const found = zReport.parse(JSON.parse(String((await line)[0])));
    all.push(...found.acknowledged);
    return found;
  };
  return {
    report,
    acknowledged: () => all,
    forget: () => {
      all.length = 0;
    },
    missingOn: async (server) => {
      const rows = await server.sql('SELECT n FROM ledger', 'shop');
      const there = new Set(rows.split('\n').map(Number));
      return all.filter((n) => !there.has(n));
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
