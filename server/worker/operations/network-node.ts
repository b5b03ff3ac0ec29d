import { createHostSetup } from '#server/adapters/hosts/host-setup.ts';
import { createLinkProbe } from '#server/adapters/hosts/link-probe.ts';
import { createNetworkProbe } from '#server/adapters/hosts/network-probe.ts';
import { createHbaReader } from '#server/adapters/postgres-admin/hba-reader.ts';
import { createWalMeter } from '#server/adapters/postgres-admin/wal-meter.ts';
import { placeInstance } from '#server/adapters/runtimes/create-postgres-runtime.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { NetworkNode } from '#server/operations/examine-network/observe-way.ts';
import type { WalMeter } from '#server/ports/link-probe.ts';
import type { Hosts } from '../hosts.ts';

/** One place of a server as the network is looked at from it: the host has the addresses, the place the programs. */
export async function networkNode(
  hosts: Hosts,
  { serverId, location }: { serverId: string; location: InstanceLocation },
): Promise<NetworkNode & { wal: WalMeter }> {
  const { read, act } = await hosts.ways(serverId, null);
  const { runtime, place } = placeInstance(location, { read, act });
  const account = { runAs: location.osOwner, binDirectory: location.binDirectory };
  return {
    network: {
      sourceAddress: createNetworkProbe(read, account).sourceAddress,
      replication: createNetworkProbe(place.read, account).replication,
    },
    link: createLinkProbe({ read, place: place.read, ...account }),
    hba: createHbaReader(runtime),
    wal: createWalMeter(runtime),
    setup: createHostSetup({ read, act }),
  };
}
