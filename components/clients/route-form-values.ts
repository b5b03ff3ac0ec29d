import type { inferProcedureInput } from '@trpc/server';
import { wrongFieldOfRoute } from '#server/domain/check-route.ts';
import type { ClientRoute, RouteKind } from '#server/domain/client-route.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import type { RouteView } from '#server/services/services.ts';

/** The form's answers, flat: fields of all kinds keep what was typed when the kind is changed. */
export interface RouteFormValues {
  name: string;
  kind: RouteKind;
  host: string;
  port: string;
  uri: string;
  serverId: string;
  consoleBy: 'tcp' | 'socket';
  consoleSocket: string;
  consolePort: string;
  consoleUser: string;
  consolePassword: string;
  databases: string;
  configPath: string;
  probeServerId: string;
  loginUser: string;
  loginDatabase: string;
  loginPassword: string;
}
type PoolView = Extract<RouteView, { kind: 'pgbouncer' }>;
export type RouteField = keyof RouteFormValues;

/** Names of the API's fields that differ from the form's. */
const FIELDS: Readonly<Record<string, RouteField>> = {
  'console.socketDirectory': 'consoleSocket',
  'console.port': 'consolePort',
  'console.user': 'consoleUser',
  'console.password': 'consolePassword',
  'login.user': 'loginUser',
  'login.database': 'loginDatabase',
  'login.password': 'loginPassword',
};
const OWN = ['name', 'host', 'port', 'uri', 'serverId', 'databases', 'configPath', 'probeServerId'] as const;

/** The form's field for one that the API names; null = none. */
export function fieldOf(name: unknown): RouteField | null {
  if (typeof name !== 'string') return null;
  return FIELDS[name] ?? OWN.find((each) => each === name) ?? null;
}

const NEW_ROUTE: RouteFormValues = {
  name: '',
  kind: 'pgbouncer',
  host: '',
  port: '6432',
  uri: '',
  serverId: '',
  consoleBy: 'tcp',
  consoleSocket: '/var/run/postgresql',
  consolePort: '6432',
  consoleUser: '',
  consolePassword: '',
  databases: '',
  configPath: '/etc/pgbouncer/pgbouncer.ini',
  probeServerId: '',
  loginUser: '',
  loginDatabase: '',
  loginPassword: '',
};

/** A new route, or one as it is kept; stored passwords stay where they are. */
export function valuesOf(route: RouteView | null): RouteFormValues {
  if (route === null) return NEW_ROUTE;
  const common = {
    ...NEW_ROUTE,
    name: route.name,
    kind: route.kind,
    probeServerId: route.probeServerId ?? '',
    loginUser: route.login?.user ?? '',
    loginDatabase: route.login?.database ?? '',
  };
  if (route.kind === 'multi-host') return { ...common, uri: route.uri };
  const address = { ...common, host: route.host, port: String(route.port) };
  return route.kind === 'pgbouncer' ? { ...address, ...poolValues(route) } : address;
}

function poolValues({ serverId, console: at, databases, configPath }: PoolView): Partial<RouteFormValues> {
  const socket = at.socketDirectory;
  return {
    serverId,
    consoleBy: socket === null ? 'tcp' : 'socket',
    consoleSocket: socket ?? NEW_ROUTE.consoleSocket,
    consolePort: String(at.port),
    consoleUser: at.user,
    databases: databases.join(', '),
    configPath,
  };
}

type Saving = inferProcedureInput<AppRouter['clients']['saveRoute']>;
const given = (text: string): string | null => (text === '' ? null : text);
const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** The form as the API takes it. */
export function savingOf(v: RouteFormValues): Pick<Saving, 'route' | 'consolePassword' | 'loginPassword'> {
  const passwords = {
    consolePassword: v.kind === 'pgbouncer' ? given(v.consolePassword) : null,
    loginPassword: given(v.loginPassword),
  };
  const common = {
    name: v.name.trim(),
    probeServerId: given(v.probeServerId),
    login: v.loginUser.trim() === '' ? null : { user: v.loginUser.trim(), database: v.loginDatabase.trim() },
  };
  const address = { host: v.host.trim(), port: numberOf(v.port) };
  if (v.kind === 'multi-host') return { route: { ...common, kind: v.kind, uri: v.uri.trim() }, ...passwords };
  if (v.kind !== 'pgbouncer') return { route: { ...common, ...address, kind: v.kind }, ...passwords };
  const route = {
    ...common,
    ...address,
    kind: v.kind,
    serverId: v.serverId,
    console: {
      socketDirectory: v.consoleBy === 'socket' ? v.consoleSocket.trim() : null,
      port: numberOf(v.consolePort),
      user: v.consoleUser.trim(),
    },
    databases: v.databases
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
    configPath: v.configPath.trim(),
  };
  return { route, ...passwords };
}

/** The field that the server would refuse; null = none that can be seen from here. */
export function wrongField(values: RouteFormValues, kept: RouteView | null): RouteField | null {
  const { route, consolePassword, loginPassword } = savingOf(values);
  const login = route.login == null ? null : { ...route.login, secretId: '' };
  const whole: ClientRoute =
    route.kind === 'pgbouncer'
      ? { ...route, id: '', login, console: { ...route.console, secretId: null } }
      : { ...route, id: '', login };
  const field = wrongFieldOfRoute(whole);
  if (field !== null) return fieldOf(field) ?? 'name';
  const noConsolePassword = consolePassword === null && kept?.hasConsolePassword !== true;
  if (route.kind === 'pgbouncer' && values.consoleBy === 'tcp' && noConsolePassword) return 'consolePassword';
  return login !== null && loginPassword === null && kept?.login == null ? 'loginPassword' : null;
}
