import { describe, expect, test } from 'vitest';
import { Secret } from '#server/domain/secret.ts';
import { codeOf } from './error-code-of.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';

/** What a transport under test brings: an existing directory of its own that its login user may write to. */
export interface TransportUnderTest {
  transport: HostTransport;
  /** Absolute, no slash at its end. */
  directory: string;
  /** The login user. */
  user: string;
}

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 10_000 };

/**
 * What every HostTransport guarantees. The fake world begins above it, at HostFiles and PostgresRuntime,
 * because a model of a shell would prove nothing; those have contracts that fake and real both pass.
 */
export function hostTransportContract(name: string, get: () => TransportUnderTest): void {
  describe(`host transport: ${name}`, () => {
    commandGuarantees(get);
    fileGuarantees(get);
  });
}

function commandGuarantees(get: () => TransportUnderTest): void {
  test('resolves with any exit code and keeps stdout and stderr apart', async () => {
    const { transport } = get();
    const result = await transport.run({ argv: ['sh', '-c', 'echo out; echo err >&2; exit 3'] }, wait);
    expect(result).toMatchObject({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  test('require rejects a non-zero exit with COMMAND_FAILED and the last lines of stderr', async () => {
    const { transport } = get();
    const error: unknown = await transport
      .require({ argv: ['sh', '-c', 'echo why >&2; exit 4'] }, wait)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'COMMAND_FAILED', detail: 'why', data: { exitCode: 4 } });
  });

  test('sends standard input as it is, a secret too', async () => {
    const { transport } = get();
    const text = 'line one\nline two without end';
    expect((await transport.require({ argv: ['cat'] }, { ...wait, stdin: text })).stdout).toBe(text);
    expect((await transport.require({ argv: ['cat'] }, { ...wait, stdin: new Secret(text) })).stdout).toBe(
      text,
    );
  });

  test('refuses a secret as an argument and in the environment', async () => {
    const { transport } = get();
    expect(await codeOf(transport.run({ argv: ['echo', new Secret('s3cret')] }, wait))).toBe('ASSERTION');
    expect(
      await codeOf(transport.run({ argv: ['env'], env: { PGPASSWORD: new Secret('s3cret') } }, wait)),
    ).toBe('ASSERTION');
  });

  test('refuses a NUL byte with INVALID_INPUT', async () => {
    expect(await codeOf(get().transport.run({ argv: ['echo', 'a\0b'] }, wait))).toBe('INVALID_INPUT');
  });

  test('ends a command at its deadline with DEADLINE_EXCEEDED and stays usable', async () => {
    const { transport } = get();
    expect(await codeOf(transport.run({ argv: ['sleep', '30'] }, { signal, timeoutMs: 150 }))).toBe(
      'DEADLINE_EXCEEDED',
    );
    expect((await transport.require({ argv: ['echo', 'still here'] }, wait)).stdout).toBe('still here\n');
  });

  test('ends a command when the caller aborts, with CANCELLED', async () => {
    const { transport } = get();
    const controller = new AbortController();
    const running = codeOf(
      transport.run({ argv: ['sleep', '30'] }, { signal: controller.signal, timeoutMs: 10_000 }),
    );
    controller.abort();
    expect(await running).toBe('CANCELLED');
  });

  test('runs commands at once without mixing their output', async () => {
    const { transport } = get();
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    const results = await Promise.all(
      numbers.map((n) => transport.require({ argv: ['echo', `answer ${n}`] }, wait)),
    );
    expect(results.map((result) => result.stdout)).toEqual(numbers.map((n) => `answer ${n}\n`));
  });
}

function fileGuarantees(get: () => TransportUnderTest): void {
  test('a file that does not exist reads as null, and so does its stat', async () => {
    const { transport, directory } = get();
    expect(await transport.readFile(`${directory}/absent/file`, { signal })).toBeNull();
    expect(await transport.stat(`${directory}/absent`, { signal })).toBeNull();
  });

  test('reads back the bytes that were written, with mode and owner as asked', async () => {
    const { transport, directory, user } = get();
    const path = `${directory}/written`;
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, n) => n % 256));
    await transport.writeFileAtomic(path, bytes, { mode: 0o640, owner: user, signal });
    expect(await transport.readFile(path, { signal })).toEqual(bytes);
    expect(await transport.stat(path, { signal })).toMatchObject({
      kind: 'file',
      mode: 0o640,
      owner: user,
      sizeBytes: 512,
    });
  });

  test('an atomic write replaces the whole file and leaves nothing beside it', async () => {
    const { transport, directory, user } = get();
    const path = `${directory}/replaced/file`;
    await transport.require({ argv: ['mkdir', '-p', `${directory}/replaced`] }, wait);
    for (const text of ['a long first text', 'short']) {
      await transport.writeFileAtomic(path, Buffer.from(text), { mode: 0o600, owner: user, signal });
    }
    expect((await transport.readFile(path, { signal }))?.toString()).toBe('short');
    expect((await transport.require({ argv: ['ls', '-A', `${directory}/replaced`] }, wait)).stdout).toBe(
      'file\n',
    );
  });

  test('overwriting in place changes the contents of a file that exists and refuses one that does not', async () => {
    const { transport, directory, user } = get();
    const path = `${directory}/in-place`;
    expect(await codeOf(transport.overwriteInPlace(path, Buffer.from('x'), { signal }))).toBe(
      'COMMAND_FAILED',
    );
    await transport.writeFileAtomic(path, Buffer.from('before, and longer'), {
      mode: 0o600,
      owner: user,
      signal,
    });
    await transport.overwriteInPlace(path, Buffer.from('after'), { signal });
    expect((await transport.readFile(path, { signal }))?.toString()).toBe('after');
  });

  test('refuses a path that is not absolute and a file larger than asked', async () => {
    const { transport, directory, user } = get();
    expect(await codeOf(transport.readFile('relative', { signal }))).toBe('INVALID_INPUT');
    await transport.writeFileAtomic(`${directory}/large`, Buffer.alloc(100, 'x'), {
      mode: 0o600,
      owner: user,
      signal,
    });
    expect(await codeOf(transport.readFile(`${directory}/large`, { signal, maxBytes: 99 }))).toBe(
      'COMMAND_FAILED',
    );
  });
}
