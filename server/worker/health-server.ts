import http from 'node:http';

export interface WorkerHealth {
  ok: boolean;
  /** By name, for people and for tests. */
  parts: Record<string, boolean | number | string>;
}

/** Answers health requests of this machine: 200 or 503 with the parts. Returns how to close it. */
export async function startHealthServer(
  port: number,
  health: () => WorkerHealth,
): Promise<() => Promise<void>> {
  const server = http.createServer((_request, response) => {
    const now = health();
    response.writeHead(now.ok ? 200 : 503, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
    response.end(JSON.stringify(now));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return () => new Promise((resolve) => server.close(() => resolve()));
}
