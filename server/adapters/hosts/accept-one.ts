import { perlOrPython } from '#server/adapters/ssh/perl-or-python.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

const LISTEN_S = 8;

/** Listens on port `$ARGV[0]`, says `listening`, takes one connection and says whose it is. */
const PERL = `use strict; use Socket qw(:DEFAULT :addrinfo); $| = 1; alarm ${LISTEN_S}; my $s;
for my $family (AF_INET6, AF_INET) {
  my ($error, $any) = getaddrinfo("", $ARGV[0], { flags => AI_PASSIVE, family => $family, socktype => SOCK_STREAM });
  next if $error; socket($s, $family, SOCK_STREAM, 0) or next; setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
  setsockopt($s, 41, 26, 0) if $family == AF_INET6;
  last if bind($s, $any->{addr}) && listen($s, 1); undef $s;
}
exit 1 unless $s; print "listening\\n"; my $peer = accept(my $c, $s) or exit 1;
my ($error, $host) = getnameinfo($peer, NI_NUMERICHOST, NIx_NOSERV); exit 1 if $error; print "peer $host\\n"`;

const PYTHON = `import signal, socket, sys
signal.alarm(${LISTEN_S}); port = int(sys.argv[1])
try:
    s = socket.socket(socket.AF_INET6); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0); s.bind(("::", port))
except OSError:
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("", port))
s.listen(1); print("listening", flush=True); print("peer", s.accept()[1][0], flush=True)`;

/**
 * Opens a free port of the host for one connection, at most 8 s, and answers the address that it came
 * from, as a server there would see it. `connect` is called when the port is open. Null when the port
 * cannot be opened, nobody came, or the host has neither perl nor python3.
 */
export async function acceptOne(
  transport: HostTransport,
  port: number,
  connect: () => Promise<unknown>,
  o: Wait,
): Promise<string | null> {
  let called: Promise<unknown> = Promise.resolve();
  let output = '';
  let open = false;
  const onOutput = (_stream: string, chunk: string): void => {
    output += chunk;
    if (open || !output.includes('listening\n')) return;
    open = true;
    called = connect().catch(() => undefined);
  };
  const argv = perlOrPython({ perl: PERL, python: PYTHON, otherwise: 'exit 1' }, [String(port)]);
  const { stdout } = await transport.run({ argv }, { ...o, onOutput });
  await called;
  const [, peer] = /^peer (\S+)$/m.exec(stdout) ?? [];
  return peer?.replace(/^::ffff:/, '') ?? null;
}
