import type { ClientChannel } from 'ssh2';

/** ssh2 tells of a channel's end only to those who read what came before: who gives it up, reads on. */
export function drainOnDestroy(channel: ClientChannel): ClientChannel {
  const destroy = channel.destroy.bind(channel);
  channel.destroy = () => {
    destroy();
    channel.removeAllListeners('readable');
    channel.removeAllListeners('data');
    channel.resume();
    return channel;
  };
  return channel;
}
