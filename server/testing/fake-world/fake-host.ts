import { AppError } from '#server/errors/app-error.ts';
import type { FoundInstance } from '#server/domain/server-check.ts';
import { Secret } from '#server/domain/secret.ts';
import type { DirectoryEntry, HostFiles } from '#server/ports/host-files.ts';
import type { FileStat } from '#server/ports/host-transport.ts';
import type { HostFacts, HostProbe, Toolchain } from '#server/ports/host-probe.ts';

export interface FakeFile {
  kind: 'file' | 'directory';
  mode: number;
  owner: string;
  data: Buffer;
  /** By the host's own clock; default 1970. */
  modifiedAtMs?: number;
}

/** A host as a model: a flat map of paths, a clock offset, ports in use. `reachable = false` cuts it off. */
export class FakeHost implements HostFiles, HostProbe {
  readonly name: string;
  readonly address: string;
  readonly files = new Map<string, FakeFile>();
  readonly portsInUse = new Set<number>();
  reachable = true;
  freeBytes = 50 * 1024 ** 3;
  architecture = 'x86_64';
  libc = 'glibc 2.36';
  clockOffsetMs = 1;
  toolchain: Toolchain = { majorVersion: 15, version: '15.18', binDirectory: '/usr/lib/postgresql/15/bin' };

  constructor(name: string, address: string) {
    this.name = name;
    this.address = address;
  }

  /** Rejects as a lost SSH link does. */
  async touch(): Promise<void> {
    await Promise.resolve();
    if (!this.reachable)
      throw new AppError('SSH_CONNECTION_LOST', { message: `${this.name} does not answer` });
  }

  putFile(path: string, data: string | Buffer, mode = 0o600): void {
    this.files.set(path, { kind: 'file', mode, owner: 'postgres', data: Buffer.from(data) });
  }

  /** Makes missing parents as well, as `mkdir -p` does. */
  putDirectory(path: string, mode = 0o700): void {
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (parent !== '' && !this.files.has(parent)) this.putDirectory(parent, 0o755);
    this.files.set(path, { kind: 'directory', mode, owner: 'postgres', data: Buffer.alloc(0) });
  }

  text(path: string): string | null {
    return this.files.get(path)?.data.toString() ?? null;
  }

  async read(path: string): Promise<Buffer | null> {
    await this.touch();
    const file = this.files.get(path);
    return file === undefined ? null : Buffer.from(file.data);
  }

  async stat(path: string): Promise<FileStat | null> {
    await this.touch();
    const file = this.files.get(path);
    return file === undefined ? null : statOf(file);
  }

  async list(path: string, o?: { recursive?: boolean }): Promise<DirectoryEntry[] | null> {
    await this.touch();
    if (this.files.get(path)?.kind !== 'directory') return null;
    return this.under(path)
      .map(([p, f]) => ({ ...statOf(f), path: p.slice(path.length + 1) }))
      .filter((e) => o?.recursive === true || !e.path.includes('/'));
  }

  async write(path: string, data: Buffer | Secret, o: { mode: number }): Promise<void> {
    await this.touch();
    this.putFile(path, data instanceof Secret ? data.reveal() : data, o.mode);
  }

  async makeDirectory(path: string, o: { mode: number }): Promise<void> {
    await this.touch();
    if (!this.files.has(path)) this.putDirectory(path, o.mode);
  }

  async move(from: string, to: string): Promise<void> {
    await this.touch();
    const moved = this.files.get(from);
    if (moved === undefined) throw new AppError('COMMAND_FAILED', { message: `${from} does not exist` });
    if (this.files.has(to)) throw new AppError('COMMAND_FAILED', { message: `${to} exists` });
    for (const [p, f] of this.under(from)) {
      this.files.delete(p);
      this.files.set(to + p.slice(from.length), f);
    }
    this.files.delete(from);
    this.files.set(to, moved);
  }

  async copy(from: string, to: string): Promise<void> {
    await this.touch();
    const file = this.files.get(from);
    if (file === undefined) throw new AppError('COMMAND_FAILED', { message: `${from} does not exist` });
    this.files.set(to, { ...file });
  }

  async removeFile(path: string): Promise<void> {
    await this.touch();
    this.files.delete(path);
  }

  async emptyDirectory(path: string): Promise<void> {
    await this.touch();
    for (const [p] of this.under(path)) this.files.delete(p);
  }

  async removeEmptyDirectory(path: string): Promise<void> {
    await this.touch();
    if (this.under(path).length > 0)
      throw new AppError('COMMAND_FAILED', { message: `${path} is not empty` });
    this.files.delete(path);
  }

  async disk(): Promise<{ freeBytes: number; totalBytes: number; device: string }> {
    await this.touch();
    return { freeBytes: this.freeBytes, totalBytes: 100 * 1024 ** 3, device: '/dev/fake' };
  }

  async facts(): Promise<HostFacts> {
    await this.touch();
    return {
      hostname: this.name,
      osName: 'Debian GNU/Linux 12',
      architecture: this.architecture,
      libc: this.libc,
      user: 'postgres',
      isRoot: false,
      clockOffsetMs: this.clockOffsetMs,
      roundTripMs: 1,
    };
  }

  async sudo(): Promise<'none'> {
    await this.touch();
    return 'none';
  }

  async mayActAs(): Promise<boolean> {
    await this.touch();
    return true;
  }

  async toolchains(): Promise<Toolchain[]> {
    await this.touch();
    return [this.toolchain];
  }

  async disks(): Promise<{ path: string; totalBytes: number; freeBytes: number }[]> {
    await this.touch();
    return [{ path: '/', totalBytes: 100 * 1024 ** 3, freeBytes: this.freeBytes }];
  }

  async instances(): Promise<FoundInstance[]> {
    await this.touch();
    return [];
  }

  async portInUse(port: number): Promise<boolean> {
    await this.touch();
    return this.portsInUse.has(port);
  }

  under(path: string): [string, FakeFile][] {
    return [...this.files].filter(([p]) => p.startsWith(`${path}/`)).sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

function statOf(f: FakeFile): FileStat {
  return {
    kind: f.kind,
    mode: f.mode,
    owner: f.owner,
    group: f.owner,
    sizeBytes: f.data.length,
    modifiedAtMs: f.modifiedAtMs ?? 0,
  };
}
