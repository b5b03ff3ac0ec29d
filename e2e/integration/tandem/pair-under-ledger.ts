import { createLedgerTable, startLedger, type Ledger } from '#e2e/lab/ledger/start-ledger.ts';
import { startStreamingPair, type StreamingPair } from './streaming-pair.ts';

/** A healthy pair into which a ledger writes without a pause; what was acknowledged can be counted afterwards. */
export async function startPairUnderLedger(
  o: Parameters<typeof startStreamingPair>[0] = { primary: { fsync: true } },
): Promise<StreamingPair & { ledger: Ledger }> {
  const pair = await startStreamingPair(o);
  await createLedgerTable(pair.nodes.db1);
  const ledger = startLedger([pair.nodes.db1, pair.nodes.db2]);
  const stop = async (): Promise<void> => {
    await ledger.stop();
    await pair.stop();
  };
  try {
    await pair.healthy();
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { ...pair, ledger, stop };
}
