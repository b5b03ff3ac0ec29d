import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { defaultStateDirectory } from './default-state-directory.ts';

const zPort = z.coerce.number().int().min(1).max(65_535);
const zFlag = z.enum(['0', '1']).transform((value) => value === '1');

/** Every environment variable that Tandem reads. `.env.example` explains each; a test compares them. */
export const configSchema = z.object({
  TANDEM_HOST: z.string().min(1).default('127.0.0.1'),
  TANDEM_PORT: zPort.default(7600),
  TANDEM_URL: z.url({ protocol: /^https?$/ }).optional(),
  TANDEM_ALLOW_INSECURE_HTTP: zFlag.default(false),
  TANDEM_STATE_DIR: z.string().min(1).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  TANDEM_MASTER_KEY: z
    .string()
    .refine((text) => isMasterKey(text), 'must be 32 random bytes in base64 or hex')
    .optional(),
  TANDEM_SETUP_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  TANDEM_WORKER_HEALTH_PORT: zPort.default(7601),
  TANDEM_RUNBOOK_DIR: z.string().min(1).optional(),
  TANDEM_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export interface Config {
  host: string;
  port: number;
  /** Origin under which browsers reach Tandem, without a trailing slash. */
  url: URL;
  /** True when only this machine can reach the web server. */
  loopback: boolean;
  /** Origins whose pages may change something; every other is refused (CSRF). */
  allowedOrigins: string[];
  /** True = cookies are sent over https or to this machine only. */
  secureCookies: boolean;
  /** True = whoever claims the installation must know the token that the launcher printed. */
  setupTokenRequired: boolean;
  /** True = plain http to another machine, allowed explicitly; the console says so on every page. */
  insecure: boolean;
  /** Absolute. */
  stateDirectory: string;
  /** Undefined = the launcher starts the embedded database. */
  databaseUrl: string | undefined;
  masterKey: string | undefined;
  setupToken: string | undefined;
  workerHealthPort: number;
  /** Folder outside the state directory that always holds the newest runbooks; undefined = none. */
  runbookDirectory: string | undefined;
  logLevel: z.infer<typeof configSchema>['TANDEM_LOG_LEVEL'];
}

/** Reads the configuration; rejects INVALID_CONFIGURATION naming each variable that is wrong. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = configSchema.safeParse(given);
  if (!parsed.success) throw invalid(parsed.error.issues.map((issue) => describe(issue)));
  const values = parsed.data;
  const loopback = isLoopback(values.TANDEM_HOST);
  const url = new URL(values.TANDEM_URL ?? `http://${urlHost(values.TANDEM_HOST)}:${values.TANDEM_PORT}`);
  const insecure = url.protocol === 'http:' && !isLoopback(url.hostname);
  if (insecure && !values.TANDEM_ALLOW_INSECURE_HTTP) throw insecureRefused(url);
  return {
    host: values.TANDEM_HOST,
    port: values.TANDEM_PORT,
    url,
    loopback,
    insecure,
    allowedOrigins: originsOf(url),
    secureCookies: !insecure,
    setupTokenRequired: !loopback || !isLoopback(url.hostname),
    stateDirectory: path.resolve(
      values.TANDEM_STATE_DIR ?? defaultStateDirectory(process.cwd(), process.getuid?.()),
    ),
    databaseUrl: values.DATABASE_URL,
    masterKey: values.TANDEM_MASTER_KEY,
    setupToken: values.TANDEM_SETUP_TOKEN,
    workerHealthPort: values.TANDEM_WORKER_HEALTH_PORT,
    runbookDirectory:
      values.TANDEM_RUNBOOK_DIR === undefined ? undefined : path.resolve(values.TANDEM_RUNBOOK_DIR),
    logLevel: values.TANDEM_LOG_LEVEL,
  };
}

/** 127.0.0.0/8, ::1 and the name localhost. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);
}

/** The three names of this machine mean the same server. */
function originsOf(url: URL): string[] {
  if (!isLoopback(url.hostname)) return [url.origin];
  const port = url.port === '' ? '' : `:${url.port}`;
  return ['localhost', '127.0.0.1', '[::1]'].map((name) => `${url.protocol}//${name}${port}`);
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function isMasterKey(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text) || /^[A-Za-z0-9+/_-]{43}=?$/.test(text);
}

function describe(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')}: ${issue.message}`;
}

function invalid(lines: string[]): AppError {
  return new AppError('INVALID_CONFIGURATION', {
    message: `the configuration is not valid (${lines.length === 1 ? lines[0] : `${lines.length} variables`})`,
    detail: lines.join('\n'),
    hint: 'Correct these environment variables; .env.example explains each one.',
  });
}

function insecureRefused(url: URL): AppError {
  return new AppError('INVALID_CONFIGURATION', {
    message: `TANDEM_URL ${url.origin} would send sign-ins in clear text over the network`,
    hint: 'Put an https proxy in front and set TANDEM_URL to its address, or accept the risk with TANDEM_ALLOW_INSECURE_HTTP=1.',
    data: { variable: 'TANDEM_URL' },
  });
}
