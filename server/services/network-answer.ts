import type { NetworkLook } from '#server/domain/network-look.ts';
import type { OperationView } from '#server/domain/operation-view.ts';

/** Answer of asking what the network is like: both servers are looked at, which takes seconds. */
export type NetworkAnswer =
  | { state: 'making'; operationId: string }
  | ({ state: 'ready' } & NetworkLook)
  | { state: 'failed'; operation: OperationView };

/** The same for a draft: kept with it, for the answers that it has now. */
export type DraftNetworkAnswer =
  | NetworkAnswer
  /** It can be examined and was not yet, not with these answers. */
  | { state: 'none' }
  /** The servers are not chosen yet, or the draft is of a pair that is there. */
  | { state: 'incomplete' };
