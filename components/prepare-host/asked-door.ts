import type { WishDraft } from './wish-draft.ts';

/** The way through the firewall that a page asks for which leads here; empty = none. */
export type AskedDoor = Partial<Pick<WishDraft, 'peerId' | 'address' | 'port'>>;

/** Reads it from the address of the page: it only fills the form, which judges it as anything typed. */
export function askedDoor(query: Readonly<Record<string, string | string[] | undefined>>): AskedDoor {
  const { peer, address, port } = query;
  if (typeof peer !== 'string') return {};
  return {
    peerId: peer,
    ...(typeof address === 'string' ? { address } : {}),
    ...(typeof port === 'string' ? { port } : {}),
  };
}
