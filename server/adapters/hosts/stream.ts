import { perlOrPython } from '#server/adapters/ssh/perl-or-python.ts';
import { STREAM_BYTES } from '#server/domain/network-look.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { StreamTaken } from '#server/ports/link-probe.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

const LISTEN_S = 8;
/** Either side sends so long at most; what is on its way then is still taken for as long. */
const SEND_S = 2;

/**
 * Arguments: `take PORT` or `give HOST PORT` behind the limits of bytes and seconds. `take` opens the port, or
 * one of the kernel's choice when it is in use, for one connection; says `listening PORT`, takes what comes and
 * then sends itself. Both print `took BYTES SECONDS`. Random bytes: some tunnels compress.
 */
const PERL = `use strict; use Socket qw(:DEFAULT :addrinfo); use Time::HiRes qw(time alarm); $| = 1; $SIG{PIPE} = 'IGNORE';
my ($most, $limit, $listen, $mode, @where) = @ARGV; $SIG{ALRM} = sub { die "late\\n" };
sub take { my ($c) = @_; my ($n, $from, $ended) = (0, time, 0);
  eval { alarm 2 * $limit; while (my $r = sysread $c, my $block, 262144) { $n += $r } $ended = 1; alarm 0 }; alarm 0;
  printf "took %d %.4f\\n", $n, time - $from; return $ended }
sub give { my ($c) = @_; my ($n, $block) = (0, join '', map { chr int rand 256 } 1 .. 65536);
  eval { alarm $limit; while ($n < $most) { my $w = syswrite $c, $block; last unless $w; $n += $w } alarm 0 }; alarm 0;
  shutdown $c, 1 }
sub listener { my ($port) = @_; my $s;
  for my $family (AF_INET6, AF_INET) {
    my ($error, $any) = getaddrinfo("", $port, { flags => AI_PASSIVE, family => $family, socktype => SOCK_STREAM });
    next if $error; socket($s, $family, SOCK_STREAM, 0) or next; setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
    setsockopt($s, 41, 26, 0) if $family == AF_INET6; return $s if bind($s, $any->{addr}) && listen($s, 1);
  } return }
if ($mode eq 'take') {
  my $s = listener($where[0]) || listener(0) or exit 1;
  my (undef, undef, $at) = getnameinfo(getsockname($s), NI_NUMERICHOST | NI_NUMERICSERV); print "listening $at\\n";
  my $c; eval { alarm $listen; accept($c, $s) or die; alarm 0; 1 } or exit 1; close $s; give($c) if take($c); exit }
my ($error, $to) = getaddrinfo($where[0], $where[1], { socktype => SOCK_STREAM }); exit 1 if $error;
socket(my $c, $to->{family}, SOCK_STREAM, 0) or exit 1;
eval { alarm 4; connect($c, $to->{addr}) or die; alarm 0; 1 } or exit 1; give($c); take($c)`;

const PYTHON = `import os, socket, sys, time
most, limit, listen, mode, where = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:]
def take(c):
    n, start, ended = 0, time.time(), False
    try:
        while True:
            c.settimeout(max(0.001, start + 2 * limit - time.time())); block = c.recv(262144)
            if not block: ended = True; break
            n += len(block)
    except socket.timeout: pass
    except OSError: ended = True
    print("took %d %.4f" % (n, time.time() - start), flush=True); return ended
def give(c):
    n, start, block = 0, time.time(), os.urandom(65536)
    try:
        while n < most and time.time() < start + limit:
            c.settimeout(max(0.001, start + limit - time.time())); n += c.send(block)
    except OSError: pass
    try: c.shutdown(socket.SHUT_WR)
    except OSError: pass
def listener(port):
    for family, host in ((socket.AF_INET6, "::"), (socket.AF_INET, "")):
        try:
            s = socket.socket(family); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            s.bind((host, port)); s.listen(1); return s
        except OSError: pass
if mode == "take":
    s = listener(int(where[0])) or listener(0)
    if s is None: sys.exit(1)
    print("listening %d" % s.getsockname()[1], flush=True); s.settimeout(listen)
    try: c = s.accept()[0]
    except OSError: sys.exit(1)
    s.close()
    if take(c): give(c)
    sys.exit()
try: c = socket.create_connection((where[0], int(where[1])), 4)
except OSError: sys.exit(1)
give(c); take(c)`;

const command = (words: readonly string[]) =>
  perlOrPython({ perl: PERL, python: PYTHON, otherwise: 'exit 1' }, [
    String(STREAM_BYTES),
    String(SEND_S),
    String(LISTEN_S),
    ...words,
  ]);

/** `connect` is called with the port once it is open. */
export async function takeStream(
  transport: HostTransport,
  port: number,
  connect: (port: number) => Promise<unknown>,
  o: Wait,
): Promise<StreamTaken> {
  let called: Promise<unknown> = Promise.resolve();
  let output = '';
  let opened: number | null = null;
  const onOutput = (_stream: string, chunk: string): void => {
    output += chunk;
    const at = /^listening (\d+)\n/m.exec(output)?.[1];
    if (opened !== null || at === undefined) return;
    opened = Number(at);
    called = connect(opened).catch(() => undefined);
  };
  const { stdout } = await transport.run({ argv: command(['take', String(port)]) }, { ...o, onOutput });
  await called;
  return { port: opened, bytesPerSecond: rateOf(stdout) };
}

/** Bytes a second of what came back; null = no connection. */
export async function giveStream(
  transport: HostTransport,
  host: string,
  port: number,
  o: Wait,
): Promise<number | null> {
  const { stdout } = await transport.run({ argv: command(['give', host, String(port)]) }, o);
  return rateOf(stdout);
}

function rateOf(stdout: string): number | null {
  const [, bytes, seconds] = /^took (\d+) ([\d.]+)$/m.exec(stdout) ?? [];
  if (bytes === undefined || seconds === undefined || bytes === '0') return null;
  return Math.round(Number(bytes) / Math.max(Number(seconds), 0.001));
}
