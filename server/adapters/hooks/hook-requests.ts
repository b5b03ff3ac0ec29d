import net from 'node:net';
import tls from 'node:tls';
import { AppError } from '#server/errors/app-error.ts';
import type { HookEvent, HttpCall } from '#server/domain/change-hook.ts';
import { hookBody } from '#server/domain/hook-body.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { HookAnswer, HookCheck } from '#server/ports/hook-calls.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

const MAX_ANSWER_BYTES = 64 * 1024;
/** Causes before a byte of the request left us. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What undici says of ports that the fetch standard forbids (those of SMTP and others). */
const FORBIDDEN_PORT = 'bad port';

/**
 * One request from this process. Redirects are not followed: the token is for the host that a person
 * named. Rejects HOOK_FAILED, DEADLINE_EXCEEDED, COMMAND_ANSWER_LOST, CANCELLED.
 */
export async function sendHookRequest(
  call: HttpCall,
  token: Secret | null,
  o: Wait & { event: HookEvent },
): Promise<HookAnswer> {
  const { method, url } = call;
  const content = method === 'GET' ? {} : { body: hookBody(call.body, o.event) };
  return send(call, token, { url, method, content }, o);
}

/** The check's URL, or only a connection; a failure is an answer too. */
export async function checkHookRequest(call: HttpCall, token: Secret | null, o: Wait): Promise<HookCheck> {
  const startedAt = performance.now();
  const durationMs = (): number => performance.now() - startedAt;
  try {
    if (call.checkUrl === null) {
      await connect(new URL(call.url), o);
      return { state: 'reachable', detail: 'connected', durationMs: durationMs() };
    }
    // The token is for the host of the hook itself.
    const same = new URL(call.checkUrl).origin === new URL(call.url).origin;
    const what = { url: call.checkUrl, method: 'GET', content: {} };
    const { status } = await send(call, same ? token : null, what, o);
    const good = status >= 200 && status < 300;
    return { state: good ? 'answers' : 'fails', detail: `status ${status}`, durationMs: durationMs() };
  } catch (thrown) {
    o.signal.throwIfAborted();
    const detail =
      thrown instanceof AppError ? thrown.message : requestError(thrown, call.url, false).message;
    return { state: 'fails', detail, durationMs: durationMs() };
  }
}

async function send(
  call: HttpCall,
  token: Secret | null,
  what: { url: string; method: string; content: { body?: string } },
  o: Wait,
): Promise<HookAnswer> {
  const startedAt = performance.now();
  const inTime = AbortSignal.timeout(o.timeoutMs);
  const headers = new Headers(call.headers.map(({ name, value }): [string, string] => [name, value]));
  if (what.content.body !== undefined && !headers.has('content-type'))
    headers.set('content-type', 'application/json');
  if (!headers.has('user-agent')) headers.set('user-agent', 'tandem');
  if (token !== null) headers.set('authorization', `Bearer ${token.reveal()}`);
  try {
    const response = await fetch(what.url, {
      method: what.method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([o.signal, inTime]),
      ...what.content,
    });
    const body = withoutSecret(await firstBytes(response), token);
    return { status: response.status, body, durationMs: performance.now() - startedAt };
  } catch (thrown) {
    o.signal.throwIfAborted();
    throw requestError(thrown, what.url, inTime.aborted);
  }
}

/** The beginning of the answer; what comes after is not waited for. */
async function firstBytes(response: Response): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < MAX_ANSWER_BYTES) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString('utf8');
    chunks.push(value);
    size += value.byteLength;
  }
  await reader.cancel();
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
}

/** Some services echo what they were sent. */
function withoutSecret(text: string, token: Secret | null): string {
  return token === null ? text : text.replaceAll(token.reveal(), '•••');
}

function requestError(thrown: unknown, url: string, late: boolean): AppError {
  const { host } = new URL(url);
  if (late) return new AppError('DEADLINE_EXCEEDED', { message: `${host} did not answer in time` });
  const cause = causeOf(thrown);
  if (!NOT_SENT.has(cause.code) && cause.text !== FORBIDDEN_PORT)
    return new AppError('COMMAND_ANSWER_LOST', { message: `no answer from ${host}: ${cause.text}` });
  return new AppError('HOOK_FAILED', { message: `${host} cannot be reached: ${cause.text}` });
}

/** Undici hides the reason in the cause; its text names neither headers nor body. */
function causeOf(thrown: unknown): { code: string; text: string } {
  const inner = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(inner instanceof Error)) return { code: '', text: 'the request failed' };
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  return { code, text: code === '' ? inner.message : code };
}

/** Opens and closes a connection, with TLS where the address says so. */
function connect(url: URL, o: Wait): Promise<void> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'https:';
  const port = Number(url.port === '' ? (secure ? 443 : 80) : url.port);
  return new Promise((resolve, reject) => {
    const servername = net.isIP(host) === 0 ? { servername: host } : {};
    const socket = secure ? tls.connect({ host, port, ...servername }) : net.connect({ host, port });
    const end = (problem?: Error): void => {
      clearTimeout(timer);
      o.signal.removeEventListener('abort', aborted);
      socket.destroy();
      if (problem === undefined) resolve();
      else reject(problem);
    };
    const timer = setTimeout(
      () => end(new AppError('DEADLINE_EXCEEDED', { message: `${url.host} did not answer in time` })),
      o.timeoutMs,
    );
    const aborted = (): void => end(new Error('cancelled'));
    o.signal.addEventListener('abort', aborted, { once: true });
    socket.once(secure ? 'secureConnect' : 'connect', () => end());
    socket.once('error', end);
  });
}
