import type { ClientChannel } from 'ssh2';
import type { Duplex } from 'node:stream';
import { AppError } from '#server/errors/app-error.ts';
import type { Endpoint } from '#server/ports/host-transport.ts';
import { perlOrPython } from './perl-or-python.ts';
import { forwardError, forwardingOff } from './ssh-error-causes.ts';
import { quoteWord } from './to-shell-line.ts';

export const endpointName = (to: Endpoint): string =>
  to.kind === 'unix' ? to.path : `${to.host}:${to.port}`;

/**
 * Copies between its standard streams and a socket: `mark`, `unix`, path or `mark`, `tcp`, host, port.
 * Says `mark ok` once connected, or `mark failed` with the reason. One process per direction, so that
 * neither side can block the other; five seconds after the near end closed, both are gone, whatever a
 * frozen server does.
 */
const PERL = `use strict; use Socket qw(:DEFAULT :addrinfo);
my ($mark, $kind, $host, $port) = @ARGV; my $s; my $why = "no address"; my $ok = 0;
if ($kind eq "unix") {
  socket($s, AF_UNIX, SOCK_STREAM, 0) or die;
  $ok = connect($s, pack_sockaddr_un($host)) or $why = "$!";
} else {
  my ($error, @found) = getaddrinfo($host, $port, { socktype => SOCK_STREAM }); $why = "$error" if $error;
  for my $a (@found) {
    socket($s, $a->{family}, SOCK_STREAM, 0) or next;
    if (connect($s, $a->{addr})) { $ok = 1; setsockopt($s, 6, 1, 1); last } $why = "$!";
  }
}
sub put { my ($to, $bytes) = @_; my $at = 0; while ($at < length $bytes) { my $n = syswrite($to, $bytes, length($bytes) - $at, $at); return 0 unless defined $n; $at += $n } return 1 }
sub copy { my ($from, $to) = @_; my $bytes; while (sysread($from, $bytes, 65536)) { put($to, $bytes) or return } }
$SIG{PIPE} = "IGNORE";
if (!$ok) { put(\\*STDOUT, "$mark failed $why\\n"); exit 1 }
put(\\*STDOUT, "$mark ok\\n");
my $parent = $$; my $child = fork; defined $child or die;
if ($child == 0) { close STDOUT; close STDERR; copy(\\*STDIN, $s); shutdown($s, 1); sleep 5; kill "TERM", $parent; exit 0 }
close STDIN; copy($s, \\*STDOUT); kill "TERM", $child; exit 0`;

const PYTHON = `import os, signal, socket, sys, time
mark, kind, host = sys.argv[1:4]
try:
    if kind == "unix":
        s = socket.socket(socket.AF_UNIX); s.connect(host)
    else:
        s = socket.create_connection((host, int(sys.argv[4]))); s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
except OSError as e:
    os.write(1, ("%s failed %s\\n" % (mark, e.strerror or e)).encode()); sys.exit(1)
os.write(1, (mark + " ok\\n").encode())
def put(to, data):
    while data: data = data[os.write(to, data):]
def copy(a, b):
    try:
        while True:
            data = os.read(a, 65536)
            if not data: return
            put(b, data)
    except OSError: return
parent = os.getpid(); child = os.fork()
if child == 0:
    os.close(1); os.close(2); copy(0, s.fileno())
    try: s.shutdown(socket.SHUT_WR)
    except OSError: pass
    time.sleep(5); os.kill(parent, signal.SIGTERM); os._exit(0)
os.close(0); copy(s.fileno(), 1); os.kill(child, signal.SIGTERM); os._exit(0)`;

/** The line that starts a relay in a session channel. */
export function relayLine(mark: string, to: Endpoint): string {
  const where = to.kind === 'unix' ? ['unix', to.path] : ['tcp', to.host, String(to.port)];
  const program = { perl: PERL, python: PYTHON, otherwise: 'echo "$1 none"' };
  return ['exec', ...perlOrPython(program, [mark, ...where]).map(quoteWord)].join(' ');
}

/** Waits until the relay is connected; what login scripts print before is skipped. */
export async function relayReady(
  channel: ClientChannel,
  mark: string,
  o: { host: string; to: Endpoint },
): Promise<Duplex> {
  const where = endpointName(o.to);
  channel.stderr.resume();
  const greeting = await readGreeting(channel, mark).catch((cause: unknown) => {
    throw new AppError('SSH_CONNECTION_LOST', {
      message: `the way to ${where} on ${o.host} did not open`,
      cause,
    });
  });
  if (greeting === 'ok') return channel;
  if (greeting === 'none')
    throw forwardingOff(o.host, where, new Error('neither perl nor python3 is there to go around it'));
  throw forwardError(o.host, where, new Error(greeting));
}

/** The rest of the mark's line. What comes after it stays in the stream: some servers speak first. */
function readGreeting(stream: Duplex, mark: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen: Buffer = Buffer.alloc(0);
    const onClose = () => reject(new Error('closed'));
    const onReadable = () => {
      const chunk: unknown = stream.read();
      if (!Buffer.isBuffer(chunk)) return;
      seen = Buffer.concat([seen, chunk]);
      const at = seen.indexOf(mark);
      const end = at < 0 ? -1 : seen.indexOf('\n', at);
      if (end < 0) return;
      stream.off('readable', onReadable);
      for (const event of ['end', 'close']) stream.off(event, onClose);
      if (end + 1 < seen.length) stream.unshift(seen.subarray(end + 1));
      resolve(seen.toString('utf8', at + mark.length, end).trim());
    };
    for (const event of ['end', 'close']) stream.once(event, onClose);
    stream.on('readable', onReadable);
  });
}
