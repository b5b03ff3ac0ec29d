import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { OperationNode } from './pair-world.ts';

type Node = Pick<OperationNode, 'files' | 'runtime'>;

const SEGMENT = /^[0-9A-F]{24}$/;
const HISTORY = /^[0-9A-F]{8}\.history$/;

/** What a node's pg_wal tells of timelines; null = nothing. */
export interface TimelinesIn {
  /** The newest one of which it has WAL: a node that recovers or wrote it is on it. */
  written: number | null;
  /** The newest one that it knows to exist. */
  known: number | null;
}

async function namesOf({ runtime, files }: Node, wait: Wait): Promise<string[]> {
  const entries = await files.list(`${runtime.location.dataDirectory}/pg_wal`, wait);
  return (entries ?? []).filter((entry) => entry.kind === 'file').map((entry) => entry.path);
}

/** Names of the WAL segments that a node has, whatever their timeline. */
export async function segmentsOf(node: Node, wait: Wait): Promise<string[]> {
  return (await namesOf(node, wait)).filter((name) => SEGMENT.test(name));
}

/**
 * Timelines by the names of files (PostgreSQL manual, "Continuous Archiving", "Timelines"): the control file names
 * that of the last checkpoint, which a node that was just promoted, or follows one that was, has not written yet.
 */
export async function timelinesIn(node: Node, wait: Wait): Promise<TimelinesIn> {
  const names = await namesOf(node, wait);
  const newest = (wanted: (name: string) => boolean): number | null => {
    const found = names.filter(wanted).map((name) => Number.parseInt(name.slice(0, 8), 16));
    return found.length === 0 ? null : Math.max(...found);
  };
  return {
    written: newest((name) => SEGMENT.test(name)),
    known: newest((name) => SEGMENT.test(name) || HISTORY.test(name)),
  };
}
