import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { SHOP_PASSWORD, SHOP_ROLE } from './shop-sql.ts';
import { until } from './until.ts';

const zReport = z.object({
  at: z.number(),
  acknowledged: z.number(),
  failed: z.number(),
  /** Server that took the last order. */
  address: z.string(),
  /** Longest time between two acknowledged orders within the last second or so. */
  longestGapMs: z.number(),
});
export type ShopReport = z.infer<typeof zReport>;

export interface ShopLoad {
  /** The newest report; null in the first second. */
  report(): ShopReport | null;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('./shop-load-program.ts', import.meta.url));

/** Starts an application that writes to whichever of the servers is writable. Ends with this process. */
export function startShopLoad(
  servers: readonly { host: { address: string }; location: { port: number } }[],
  o: { ordersPerSecond?: number } = {},
): ShopLoad {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const settings = {
    addresses: servers.map((server) => ({ host: server.host.address, port: server.location.port })),
    user: SHOP_ROLE,
    password: SHOP_PASSWORD,
    database: 'shop',
    ordersPerSecond: o.ordersPerSecond ?? 40,
  };
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  let last: ShopReport | null = null;
  createInterface({ input: child.stdout }).on('line', (line) => (last = zReport.parse(JSON.parse(line))));
  return {
    report: () => last,
    stop: async () => {
      child.stdin.end();
      child.kill();
      await until('the shop load ends', () => child.exitCode !== null || child.signalCode !== null, {
        timeoutMs: 5_000,
      });
    },
  };
}
