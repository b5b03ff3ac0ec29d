/** A stop after a checkpoint, Compose beginning and making the container, a start. */
export const OUTAGE_MS = 8_000;
