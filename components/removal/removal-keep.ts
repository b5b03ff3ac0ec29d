/** What stays of a pair that is let go. */
export const KEEPS = ['all', 'replication', 'nothing'] as const;
export type Keep = (typeof KEEPS)[number];
