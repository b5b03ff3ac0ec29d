import { gateFiles } from '#server/domain/gate-files.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import {
  readGateConfig,
  type FoundStartGate,
  type GateDecision,
  type GatePaths,
  type StartGateState,
} from '#server/domain/start-gate.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { StartGateControl, Wait } from '#server/ports/postgres-runtime.ts';

/**
 * $1 configuration, $2 drop-in, $3 script, $4 last decision, $5 what was learned of a container, else empty.
 * Files without each other are no gate. Prints three lines of the last decision, then the configuration.
 */
const STATE = `[ -d /run/systemd/system ] || { echo not-here; exit 0; }
[ -z "$5" ] || systemctl cat docker.service >/dev/null 2>&1 || { echo not-here; exit 0; }
[ -e "$1" ] && [ -e "$2" ] && [ -x "$3" ] && { [ -z "$5" ] || [ -s "$5" ]; } || { echo none; exit 0; }
if [ -e "$4" ]; then sed -n 1,3p "$4"; else printf '\\n\\n\\n'; fi; cat -- "$1"`;

/** $1 drop-in, $2 configuration, $3 last decision, $4 script, which goes with the last gate of the host. */
const REMOVE = `rm -f -- "$1" && { rmdir -- "\${1%/*}" 2>/dev/null; systemctl daemon-reload; rm -f -- "$2" "\${2%.conf}.files" "$3"
rmdir -- "\${2%/*}" 2>/dev/null && rm -f -- "$4" && rmdir -- "\${4%/*}" "\${3%/*}" "$(dirname -- "\${2%/*}")" 2>/dev/null; true; }`;

/** A gate before each start by systemd or by the container engine at boot; null where neither starts the server. */
export function hostStartGate(
  location: InstanceLocation,
  transports: { read: HostTransport; act: HostTransport },
): StartGateControl | null {
  const gate = gateFiles(location);
  if (gate === null) return null;
  const { paths, learned } = gate;
  const { act } = transports;
  const script = (transport: HostTransport, body: string, args: readonly string[], o: Wait) =>
    transport.require({ argv: ['sh', '-c', body, 'sh', ...args], runAs: 'root', cwd: '/' }, o);
  return {
    paths,
    state: async (o) => {
      const args = [paths.config, paths.dropIn, paths.script, paths.lastDecision, learned ?? ''];
      const argv = ['sh', '-c', STATE, 'sh', ...args] as const;
      // Everybody may read them; whoever has the engine alone is not root.
      const account = learned === null ? { runAs: 'root' } : {};
      return readState((await transports.read.require({ argv, cwd: '/', ...account }, o)).stdout);
    },
    install: async (config, o) => {
      const file = (mode: number) => ({ mode, owner: 'root', signal: o.signal });
      const folders = [paths.script, paths.config, paths.dropIn].map(parentOf);
      await script(act, 'umask 022; mkdir -p -- "$@"', folders, o);
      await act.writeFileAtomic(paths.script, Buffer.from(gate.script), file(0o755));
      await act.writeFileAtomic(paths.config, Buffer.from(config), file(0o644));
      if (learned !== null)
        await act.require({ argv: [paths.script, paths.config, 'learn'], runAs: 'root', cwd: '/' }, o);
      // Last: from here on every start asks.
      await act.writeFileAtomic(paths.dropIn, Buffer.from(gate.dropIn), file(0o644));
      await script(act, 'systemctl daemon-reload', [], o);
    },
    remove: async (o) => {
      const args = [paths.dropIn, paths.config, paths.lastDecision, paths.script];
      await script(act, REMOVE, args, o);
    },
    openOnce: async (o) => {
      // The engine is asked to start a container; only its own start at boot is held.
      if (learned !== null) return;
      await script(act, 'mkdir -p -- "${1%/*}" && : > "$1"', [paths.openOnce], o);
    },
    try: async (o) => readTry(await transports.read.require(tryCommand(paths), o)),
  };
}

const tryCommand = (paths: GatePaths) =>
  ({ argv: [paths.script, paths.config, 'try'], runAs: 'root' }) as const;

function readTry({ stdout }: { stdout: string }): { decision: GateDecision; reason: string } {
  const [, decision, reason] = /^tandem start gate: (open|read-only): (.*)$/m.exec(stdout) ?? [];
  if (decision === 'open' || decision === 'read-only') return { decision, reason: reason ?? '' };
  throw new AppError('COMMAND_FAILED', { message: 'the start gate decided nothing', detail: stdout });
}

function readState(stdout: string): FoundStartGate {
  const first = stdout.trim();
  if (first === 'none' || first === 'not-here') return first;
  const [at = '', decision, reason = '', ...rest] = stdout.split('\n');
  const config = rest.join('\n');
  const last: StartGateState['last'] =
    decision === 'open' || decision === 'read-only' ? { atMs: Number(at) * 1_000, decision, reason } : null;
  return { config, ...readGateConfig(config), last };
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
