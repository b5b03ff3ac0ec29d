import { until } from '../platform/until.ts';
import type { StreamingPair } from './streaming-pair.ts';

const STREAMS = 'SELECT r.state, s.ssl, s.version FROM pg_stat_replication r JOIN pg_stat_ssl s USING (pid)';
type Name = keyof StreamingPair['nodes'];

/** What a pair's servers themselves say of encrypted replication. */
export function lookAtEncryption(pair: () => StreamingPair) {
  return {
    /** State, encrypted or not, and TLS version; a standby that has just started connects in a moment. */
    streams: async (on: Name): Promise<string> => {
      let seen = '';
      await until('somebody streams', 15_000, async () => {
        seen = await pair().nodes[on].sql(STREAMS);
        return seen.startsWith('streaming');
      });
      return seen;
    },
    file: async (on: Name, name: string): Promise<string> => {
      const { dataDirectory } = pair().nodes[on].location;
      return (
        await pair()
          .lab.host(on)
          .run(['cat', `${dataDirectory}/${name}`])
      ).stdout;
    },
    conninfo: (on: Name): Promise<string> => pair().nodes[on].sql('SHOW primary_conninfo'),
  };
}
