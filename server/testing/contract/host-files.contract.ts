import { describe, expect, test } from 'vitest';
import { Secret } from '#server/domain/secret.ts';
import type { HostFiles } from '#server/ports/host-files.ts';
import { codeOf } from './error-code-of.ts';

/** An existing directory of its own, at least two levels deep, that its owner may write to. */
export interface FilesUnderTest {
  files: HostFiles;
  /** Absolute, no slash at its end. */
  directory: string;
  owner: string;
}

const wait = { signal: new AbortController().signal };

/** What every HostFiles guarantees, the fake one and the real ones. */
export function hostFilesContract(name: string, get: () => FilesUnderTest): void {
  describe(`host files: ${name}`, () => {
    readingGuarantees(get);
    directoryGuarantees(get);
  });
}

function readingGuarantees(get: () => FilesUnderTest): void {
  test('what does not exist reads as null, in every way of looking', async () => {
    const { files, directory } = get();
    expect(await files.read(`${directory}/absent`, wait)).toBeNull();
    expect(await files.stat(`${directory}/absent`, wait)).toBeNull();
    expect(await files.list(`${directory}/absent`, wait)).toBeNull();
  });

  test('reads back what was written, a secret too, with mode, owner and size', async () => {
    const { files, directory, owner } = get();
    const path = `${directory}/written`;
    await files.write(path, Buffer.from('für\n'), { ...wait, mode: 0o640 });
    expect((await files.read(path, wait))?.toString()).toBe('für\n');
    expect(await files.stat(path, wait)).toMatchObject({ kind: 'file', mode: 0o640, owner, sizeBytes: 5 });
    await files.write(path, new Secret('short'), { ...wait, mode: 0o600 });
    expect((await files.read(path, wait))?.toString()).toBe('short');
    expect(await files.stat(path, wait)).toMatchObject({ mode: 0o600, sizeBytes: 5 });
  });

  test('keeps bytes that are no text', async () => {
    const { files, directory } = get();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
    await files.write(`${directory}/bytes`, bytes, { ...wait, mode: 0o600 });
    expect(await files.read(`${directory}/bytes`, wait)).toEqual(bytes);
    expect(await files.stat(`${directory}/bytes`, wait)).toMatchObject({ sizeBytes: 256 });
  });

  test('removing a file that is gone already succeeds', async () => {
    const { files, directory } = get();
    await files.write(`${directory}/twice`, Buffer.from('x'), { ...wait, mode: 0o600 });
    await files.removeFile(`${directory}/twice`, wait);
    await files.removeFile(`${directory}/twice`, wait);
    expect(await files.stat(`${directory}/twice`, wait)).toBeNull();
  });
}

function directoryGuarantees(get: () => FilesUnderTest): void {
  test('makes a directory with its parents, and leaves one that exists as it is', async () => {
    const { files, directory } = get();
    await files.makeDirectory(`${directory}/deep/er`, { ...wait, mode: 0o700 });
    expect(await files.stat(`${directory}/deep/er`, wait)).toMatchObject({ kind: 'directory', mode: 0o700 });
    await files.makeDirectory(`${directory}/deep/er`, { ...wait, mode: 0o755 });
    expect(await files.stat(`${directory}/deep/er`, wait)).toMatchObject({ mode: 0o700 });
  });

  test('lists names sorted, one level or all of them', async () => {
    const { files, directory } = get();
    const top = `${directory}/listed`;
    await files.makeDirectory(`${top}/sub`, { ...wait, mode: 0o700 });
    for (const name of ['b', 'a', 'sub/c'])
      await files.write(`${top}/${name}`, Buffer.from(name), { ...wait, mode: 0o600 });
    const names = async (recursive: boolean) =>
      (await files.list(top, { ...wait, recursive }))?.map((entry) => entry.path);
    expect(await names(false)).toEqual(['a', 'b', 'sub']);
    expect(await names(true)).toEqual(['a', 'b', 'sub', 'sub/c']);
  });

  test('moves a directory with what lies in it, and refuses a target that exists', async () => {
    const { files, directory } = get();
    await files.makeDirectory(`${directory}/from`, { ...wait, mode: 0o700 });
    await files.write(`${directory}/from/file`, Buffer.from('kept'), { ...wait, mode: 0o600 });
    await files.makeDirectory(`${directory}/taken`, { ...wait, mode: 0o700 });
    expect(await codeOf(files.move(`${directory}/from`, `${directory}/taken`, wait))).toBe('COMMAND_FAILED');
    await files.move(`${directory}/from`, `${directory}/to`, wait);
    expect(await files.stat(`${directory}/from`, wait)).toBeNull();
    expect((await files.read(`${directory}/to/file`, wait))?.toString()).toBe('kept');
  });

  test('refuses to move what is not there', async () => {
    const { files, directory } = get();
    expect(await codeOf(files.move(`${directory}/absent`, `${directory}/target`, wait))).toBe(
      'COMMAND_FAILED',
    );
  });

  test('removes a directory only when it is empty, and succeeds when it is gone', async () => {
    const { files, directory } = get();
    const path = `${directory}/filled`;
    await files.makeDirectory(path, { ...wait, mode: 0o700 });
    await files.write(`${path}/file`, Buffer.from('x'), { ...wait, mode: 0o600 });
    expect(await codeOf(files.removeEmptyDirectory(path, wait))).toBe('COMMAND_FAILED');
    await files.emptyDirectory(path, wait);
    expect(await files.list(path, wait)).toEqual([]);
    await files.removeEmptyDirectory(path, wait);
    await files.removeEmptyDirectory(path, wait);
    expect(await files.stat(path, wait)).toBeNull();
  });

  test('tells the room of the file system, of a path that does not exist yet too', async () => {
    const { files, directory } = get();
    const { freeBytes, totalBytes, device } = await files.disk(`${directory}/not/yet`, wait);
    expect(freeBytes).toBeGreaterThan(0);
    expect(totalBytes).toBeGreaterThanOrEqual(freeBytes);
    expect(device).not.toBe('');
  });
}
