/** What somebody types who follows the manual guide, section by section. */
interface ManualSection {
  title: string;
  /** Commands, SQL statements and files written by hand; alternatives count once. */
  commands: number;
  /** Passwords typed when a program asks. */
  passwords: number;
}

/**
 * Counted in the guide's own text. A file that is written whole counts as one, `cd` as one, a redirect of
 * clients without a command as none.
 */
export const MANUAL_SECTIONS = {
  // 1.1 and 1.2, system and Docker: practice hosts have both.
  '1.3': { title: 'User and directories', commands: 3, passwords: 0 },
  '2.1': { title: 'Connect to PostgreSQL', commands: 1, passwords: 0 },
  '2.2': { title: 'Create the replication role', commands: 1, passwords: 0 },
  '2.3': { title: 'Settings for replication', commands: 2, passwords: 0 },
  '2.4': { title: 'pg_hba.conf for replication', commands: 1, passwords: 0 },
  '2.5': { title: 'Configuration of the primary', commands: 1, passwords: 0 },
  '2.6': { title: 'Create the slot', commands: 1, passwords: 0 },
  '3.1': { title: 'Client, directory, base backup', commands: 4, passwords: 1 },
  '3.2': { title: 'Configuration of the standby', commands: 1, passwords: 0 },
  '3.3': { title: 'standby.signal, look at postgresql.auto.conf', commands: 2, passwords: 0 },
  '3.4': { title: 'Start the standby', commands: 2, passwords: 0 },
  '4.1': { title: 'Look at pg_stat_replication', commands: 1, passwords: 0 },
  '4.2': { title: 'Look at pg_is_in_recovery', commands: 1, passwords: 0 },
  '4.3': { title: 'Look at the lag', commands: 1, passwords: 0 },
  // Without stopping and starting the application (two commands): practice hosts have none.
  '5.1': { title: 'Promote the standby as planned', commands: 1, passwords: 0 },
  '5.2': { title: 'Promote the standby in an emergency', commands: 1, passwords: 0 },
  // Also after each planned change: the guide knows no other way back.
  '6.1': { title: 'Set the old primary up anew', commands: 4, passwords: 1 },
} as const satisfies Record<string, ManualSection>;

export type SectionNumber = keyof typeof MANUAL_SECTIONS;

/** What the sections ask a person to type. */
export function typedByHand(sections: readonly SectionNumber[]): number {
  return sections
    .map((number) => MANUAL_SECTIONS[number])
    .reduce((sum, { commands, passwords }) => sum + commands + passwords, 0);
}
