/** A person made the standby stop following: kept from the detachment until it follows again. */
export interface Detachment {
  /** Wall clock, ms since epoch. */
  sinceMs: number;
  /** synchronous_standby_names of the primary before; null = commits waited for nobody. */
  syncNames: string | null;
}

/** One word for one detachment, in names of directories and jobs: 20261123T134455Z. */
export const detachmentLabel = ({ sinceMs }: Detachment): string =>
  new Date(sinceMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');

/** The instant in both languages' texts; UTC, because nobody's time zone is known here. */
export const detachedAt = ({ sinceMs }: Detachment): string =>
  `${new Date(sinceMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
