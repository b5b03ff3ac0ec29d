import type { LiveHub } from './live-hub.ts';
import { MessageAssembler } from './message-parts.ts';
import { listenOn, type ListenParts } from './pg-listen.ts';
import { LIVE_CHANNEL } from './pg-live-publisher.ts';

/** Feeds the hub from one LISTEN connection until the signal. */
export async function listenForLive(
  parts: Pick<ListenParts, 'databaseUrl' | 'clock' | 'log' | 'signal'> & { hub: LiveHub },
): Promise<void> {
  const { hub } = parts;
  let assembler = new MessageAssembler();
  await listenOn({
    ...parts,
    channel: LIVE_CHANNEL,
    onPayload: (payload) => {
      const message = assembler.accept(payload);
      if (message) hub.receive(message);
    },
    onState: (connected) => {
      // Parts of a message from before the break will never be whole.
      if (connected) assembler = new MessageAssembler();
      hub.connected = connected;
    },
  });
}
