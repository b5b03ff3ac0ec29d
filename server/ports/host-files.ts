import type { FileStat } from './host-transport.ts';
import type { Secret } from '#server/domain/secret.ts';

export interface FileWait {
  signal: AbortSignal;
}

export interface DirectoryEntry extends FileStat {
  /** Path relative to the listed directory. */
  path: string;
}

/** Acts on files of one host as the OS owner of the instance. Nothing here follows links out. */
export interface HostFiles {
  read(path: string, o: FileWait): Promise<Buffer | null>;
  stat(path: string, o: FileWait): Promise<FileStat | null>;
  /** Entries of a directory, sorted; null when it does not exist. */
  list(path: string, o: FileWait & { recursive?: boolean }): Promise<DirectoryEntry[] | null>;
  /** Atomic; keeps nothing of the old file. */
  write(path: string, data: Buffer | Secret, o: FileWait & { mode: number }): Promise<void>;
  makeDirectory(path: string, o: FileWait & { mode: number }): Promise<void>;
  /** Refuses when the target exists. */
  move(from: string, to: string, o: FileWait): Promise<void>;
  /** Copies one file with mode and time; the copy appears whole or not at all, and replaces an earlier one. */
  copy(from: string, to: string, o: FileWait): Promise<void>;
  removeFile(path: string, o: FileWait): Promise<void>;
  /** Removes what lies in a directory, not itself. Only ever called for directories we filled. */
  emptyDirectory(path: string, o: FileWait): Promise<void>;
  removeEmptyDirectory(path: string, o: FileWait): Promise<void>;
  /** Free and total bytes of the file system that holds the path or its nearest parent. */
  disk(path: string, o: FileWait): Promise<{ freeBytes: number; totalBytes: number; device: string }>;
}
