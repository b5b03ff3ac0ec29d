import { expect, it } from 'vitest';
import type { HostTransport, RunResult } from '#server/ports/host-transport.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import { DockerHost } from './docker-host.ts';
import { ToolsContainer } from './tools-container.ts';

const LOCATION = plainLocation({ kind: 'docker', name: 'shop', dataDirectory: '/var/lib/postgresql/data' });

/** An engine that answers when it is let, and gives up with the signal of who asked. */
function slowEngine() {
  const { promise: answered, resolve: answer } = Promise.withResolvers<RunResult>();
  const run: HostTransport['run'] = ({ argv }, { signal }) => {
    if (argv[1] === 'version') return Promise.resolve({ exitCode: 0, stdout: '', stderr: '' } as RunResult);
    const { promise: givenUp, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(new Error('given up')), { once: true });
    return Promise.race([answered, givenUp]);
  };
  const transport = { run } as unknown as HostTransport;
  return {
    docker: new DockerHost({ read: transport, act: transport }),
    answer: () => answer({ exitCode: 1, stdout: '', stderr: 'Error: No such container: shop' } as RunResult),
  };
}

it('answers who still waits when another one who asked with it has given up', async () => {
  const { docker, answer } = slowEngine();
  const tools = new ToolsContainer(docker, LOCATION);
  const impatient = new AbortController();
  const first = tools.ready({ signal: impatient.signal, timeoutMs: 5_000 });
  const second = tools.ready({ signal: new AbortController().signal, timeoutMs: 5_000 });
  impatient.abort();
  await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
  answer();
  await expect(second).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
