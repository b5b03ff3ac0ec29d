import { formatConninfo } from '#server/domain/conninfo.ts';
import { perlOrPython } from '#server/adapters/ssh/perl-or-python.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { DialResult, LinkProbe } from '#server/ports/link-probe.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { giveStream, takeStream } from './stream.ts';

const TRIES = 5;
const LIMIT_S = 4;

/**
 * Arguments: host, port, tries, seconds for each. Prints `open MS` per connection, then what the server says
 * to an SSLRequest (PostgreSQL manual, "SSL Session Encryption"); or one word for why not.
 */
const PERL = `use strict; use Socket qw(:DEFAULT :addrinfo); use Time::HiRes qw(time); $| = 1;
my ($host, $port, $tries, $limit) = @ARGV; $SIG{ALRM} = sub { die "late\\n" };
my ($error, $to) = getaddrinfo($host, $port, { socktype => SOCK_STREAM });
if ($error) { print "unresolved\\n"; exit } my $s;
for (1 .. $tries) {
  socket($s, $to->{family}, SOCK_STREAM, 0) or exit 1; my ($t, $e) = (time, 0);
  eval { alarm $limit; connect($s, $to->{addr}) or $e = $! + 0; alarm 0; 1 } or do { print "filtered\\n"; exit };
  if ($e) { print $e == 110 ? "filtered\\n" : "errno $e\\n"; exit } printf "open %.3f\\n", (time - $t) * 1000;
}
eval { alarm $limit; syswrite $s, pack("NN", 8, 80877103); sysread $s, my $answer, 1; alarm 0; print "tls $answer\\n" }`;

const PYTHON = `import socket, struct, sys, time
host, port, tries, limit = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
try: family, kind, proto, _, to = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
except OSError: print("unresolved"); sys.exit()
try:
    for _ in range(tries):
        s = socket.socket(family, kind, proto); s.settimeout(limit); t = time.perf_counter(); s.connect(to)
        print("open %.3f" % ((time.perf_counter() - t) * 1000))
except socket.timeout: print("filtered"); sys.exit()
except OSError as e: print("filtered" if e.errno == 110 else "errno %d" % e.errno); sys.exit()
try: s.sendall(struct.pack("!II", 8, 80877103)); print("tls", s.recv(1).decode())
except OSError: pass`;

const REFUSED = 111;
/** ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, EACCES and EPERM: the last two are a firewall of the host itself. */
const NO_ROUTE = [101, 112, 113, 13, 1];

const ROW_BYTES = 8_193;
const FIRST_ROWS = 32;
const MOST_ROWS = 512;
const LIMIT_MS = 2_000;
/** The second answer should take about this long. */
const AIM_MS = 1_000;

/** `read` is the host, `place` where PostgreSQL's programs are. */
export function createLinkProbe(o: {
  read: HostTransport;
  place: HostTransport;
  runAs: string;
  binDirectory: string;
}): LinkProbe {
  return {
    dial: async (host, port, wait) => {
      const words = [host, String(port), String(TRIES), String(LIMIT_S)];
      const argv = perlOrPython({ perl: PERL, python: PYTHON, otherwise: 'echo neither' }, words);
      const { stdout } = await o.read.run({ argv }, wait);
      return dialled(stdout);
    },
    networks: async (wait) => {
      const { stdout } = await o.read.run({ argv: ['ip', '-o', 'addr'] }, wait);
      return [...stdout.matchAll(/ inet6? (\S+)/g)].map((match) => match[1] ?? '');
    },
    receive: async ({ host, port, user, passfile, ...wait }) => {
      const conninfo = formatConninfo({
        ...{ host, port, user, passfile, dbname: 'postgres', sslmode: 'prefer', connect_timeout: LIMIT_S },
        options: `-c statement_timeout=${LIMIT_MS}`,
      });
      const first = await timed(o, conninfo, FIRST_ROWS, wait);
      if (first === null) return null;
      if (first === 'late') return { bytesPerSecond: rate(FIRST_ROWS, LIMIT_MS), atMost: true };
      const rows = Math.min(MOST_ROWS, Math.floor((FIRST_ROWS * AIM_MS) / Math.max(first, 1)));
      if (rows <= FIRST_ROWS) return { bytesPerSecond: rate(FIRST_ROWS, first), atMost: false };
      const second = await timed(o, conninfo, rows, wait);
      return typeof second === 'number'
        ? { bytesPerSecond: rate(rows, second), atMost: false }
        : { bytesPerSecond: rate(rows, LIMIT_MS), atMost: true };
    },
    takeStream: (port, connect, wait) => takeStream(o.read, port, connect, wait),
    giveStream: (host, port, wait) => giveStream(o.read, host, port, wait),
  };
}

const rate = (rows: number, ms: number): number => Math.round((rows * ROW_BYTES * 1_000) / ms);

/** ms that the answer took by psql's clock; `late` = ended by its time limit, null = no session. */
async function timed(
  o: { place: HostTransport; runAs: string; binDirectory: string },
  conninfo: string,
  rows: number,
  wait: Wait,
): Promise<number | 'late' | null> {
  const copy = `\\copy (SELECT repeat(md5(g::text), 256) FROM generate_series(1, ${rows}) g) to '/dev/null'`;
  const argv = [
    `${o.binDirectory}/psql`,
    '-X',
    '-w',
    '-d',
    conninfo,
    '-c',
    '\\timing on',
    '-c',
    copy,
  ] as const;
  const { stdout, stderr } = await o.place.run({ argv, runAs: o.runAs }, wait);
  if (/statement timeout/.test(stderr)) return 'late';
  const ms = /^Time: ([\d.]+) ms/m.exec(stdout)?.[1];
  return ms === undefined ? null : Number(ms);
}

function dialled(stdout: string): DialResult {
  const lines = stdout.split('\n');
  const errno = Number(/^errno (\d+)$/m.exec(stdout)?.[1] ?? 0);
  if (lines.includes('unresolved')) return { result: 'unresolved' };
  if (lines.includes('filtered')) return { result: 'filtered' };
  if (errno === REFUSED) return { result: 'refused' };
  if (NO_ROUTE.includes(errno)) return { result: 'no-route' };
  return opened(stdout, errno);
}

function opened(stdout: string, errno: number): DialResult {
  const connectMs = [...stdout.matchAll(/^open ([\d.]+)$/gm)].map((match) => Number(match[1]));
  if (errno !== 0 || connectMs.length === 0)
    return { result: 'untried', detail: errno === 0 ? 'neither perl nor python3' : `errno ${errno}` };
  const answer = /^tls (.)$/m.exec(stdout)?.[1];
  return { result: 'open', connectMs, tls: answer === 'S' ? true : answer === 'N' ? false : null };
}
