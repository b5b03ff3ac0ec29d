import type { Text } from '../plan.ts';

/** Where a command of the runbook is typed. */
export interface RunbookPlace {
  server: string;
  ssh: string;
}

/** A runbook as data: the page, Markdown and HTML say the same. `id` names what a test executes. */
export type RunbookBlock =
  | { type: 'heading'; level: 1 | 2 | 3; text: Text }
  | { type: 'text'; text: Text }
  | { type: 'list'; items: Text[] }
  | { type: 'table'; head: Text[]; rows: string[][] }
  | { type: 'command'; id: string; on: RunbookPlace; line: string; expect: Text | null };

export type RunbookLanguage = 'en' | 'de';
