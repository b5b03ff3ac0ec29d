import { startShopLoad } from '#e2e/lab/processes/start-shop-load.ts';
import type { DemoHosts } from './demo-hosts.ts';

type Loaded = Parameters<typeof startShopLoad>[0][number];
type Node = Loaded & DemoHosts['pair']['primary'];

/** Puts a load on the pair and on a single primary of a lab; when their making fails the lab is stopped. */
export async function underLoad(
  lab: { hosts: DemoHosts['hosts']; stop(): Promise<void> },
  make: () => Promise<{ pair: { primary: Node; standby: Node }; single: Loaded; said: string }>,
): Promise<DemoHosts> {
  try {
    const { pair, single, said } = await make();
    const loads = [
      startShopLoad([pair.primary, pair.standby]),
      startShopLoad([single], { ordersPerSecond: 10 }),
    ];
    return {
      hosts: lab.hosts,
      pair,
      said,
      stop: async () => {
        await Promise.all(loads.map((load) => load.stop()));
        await lab.stop();
      },
    };
  } catch (thrown) {
    await lab.stop();
    throw thrown;
  }
}
