import type { Client, ClientChannel } from 'ssh2';
import type { Duplex } from 'node:stream';
import type { Secret } from '#server/domain/secret.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Endpoint } from '#server/ports/host-transport.ts';
import type { Deadline } from './deadline.ts';
import { drainOnDestroy } from './drain-on-destroy.ts';
import { KeptShell, ShellDidNotOpen, type ShellAnswer, type ShellRunOptions } from './kept-shell.ts';
import { endpointName, relayLine, relayReady } from './relay.ts';
import { Semaphore } from './semaphore.ts';
import { forwardingOff } from './ssh-error-causes.ts';
import { quoteWord } from './to-shell-line.ts';

/** sshd's MaxSessions is 10 by default and counts exec and sftp channels; two are left for people's tools. */
const MAX_CHANNELS = 8;
/** Shells kept open per OS user; more are opened under load and closed after. */
const KEPT_PER_USER = 2;
/** Relays hold a session for as long as a person's connection lasts, so commands keep these for themselves. */
const KEPT_FOR_COMMANDS = 3;

export interface ShellAccess {
  host: string;
  loginUser: string;
  sudoPassword: Secret | null;
}

/** Where a shell stands: an account of the host and, where there is one, the program that it goes through. */
export interface ShellPlace {
  user: string;
  through: readonly string[];
}

const keyOf = (place: ShellPlace): string => [place.user, ...place.through].join('\0');

/** The kept shells of one connection, per place. Dies with its connection. */
export class ShellPool {
  readonly #client: Client;
  readonly #access: ShellAccess;
  readonly #places = new Semaphore(MAX_CHANNELS);
  readonly #relays = new Semaphore(MAX_CHANNELS - KEPT_FOR_COMMANDS);
  readonly #idle = new Map<string, KeptShell[]>();
  #limit = MAX_CHANNELS;

  constructor(client: Client, access: ShellAccess) {
    this.#client = client;
    this.#access = access;
  }

  /** Channels that are open now. */
  get openChannels(): number {
    let idle = 0;
    for (const shells of this.#idle.values()) idle += shells.length;
    return idle + this.#places.held;
  }

  /** Runs a quoted line at a place. `onSent` is called when the line may have reached the host. */
  async run(
    place: ShellPlace,
    line: string,
    input: Buffer | null,
    o: ShellRunOptions & { deadline: Deadline; onSent: () => void },
  ): Promise<ShellAnswer> {
    const { shell, release } = await this.#take(place, o.deadline);
    let answered = false;
    try {
      o.onSent();
      const answer = await o.deadline.race(shell.run(line, input, o));
      answered = true;
      return answer;
    } finally {
      if (answered) this.#keep(place, shell);
      else this.#end(place, shell);
      release();
    }
  }

  /** A stream to a place on the host through a program of it; for servers that forbid forwarding. */
  async relay(to: Endpoint, deadline: Deadline): Promise<Duplex> {
    const release = await acquire(this.#relays, deadline);
    try {
      for (;;) {
        const channel = await this.#relayChannel(to, deadline);
        if (channel === null) continue;
        channel.once('close', release);
        return channel;
      }
    } catch (thrown) {
      release();
      throw thrown;
    }
  }

  /** Null when the host gave no session and the limit was lowered. */
  async #relayChannel(to: Endpoint, deadline: Deadline): Promise<Duplex | null> {
    const { host } = this.#access;
    const release = await acquire(this.#places, deadline);
    let channel: ClientChannel | null = null;
    try {
      // With a single session a relay would shut out every command.
      if (this.#limit < 2)
        throw forwardingOff(host, endpointName(to), new Error('sshd allows only one session (MaxSessions)'));
      this.#makeRoom(this.#limit);
      const mark = KeptShell.newMark();
      const opening = this.#exec(relayLine(mark, to));
      const giveUp = () => void opening.then((late) => late.close(), ignore);
      channel = drainOnDestroy(await deadline.race(opening, giveUp));
      channel.on('error', ignore);
      channel.once('close', release);
      return await deadline.race(relayReady(channel, mark, { host, to }));
    } catch (thrown) {
      // A session that is still closing counts for sshd.
      if (channel === null) release();
      else channel.destroy();
      if (thrown instanceof SessionRefused && this.#lowerLimit()) return null;
      throw thrown;
    }
  }

  /** A shell of that place and a channel for it; waits while the host gives no more sessions. */
  async #take(place: ShellPlace, deadline: Deadline): Promise<{ shell: KeptShell; release: () => void }> {
    for (;;) {
      const release = await acquire(this.#places, deadline);
      try {
        return { shell: this.#takeIdle(place) ?? (await this.#open(place, deadline)), release };
      } catch (thrown) {
        release();
        if (!(thrown instanceof SessionRefused) || !this.#lowerLimit()) throw thrown;
      }
    }
  }

  /** sshd may allow fewer sessions (MaxSessions) than we like: then what is open now is the limit. */
  #lowerLimit(): boolean {
    const open = this.openChannels;
    if (open === 0) return false;
    this.#limit = open;
    this.#places.limit(open);
    this.#relays.limit(open - 1);
    this.#makeRoom(open - 1);
    return true;
  }

  #takeIdle(place: ShellPlace): KeptShell | null {
    const shells = this.#idle.get(keyOf(place)) ?? [];
    for (let shell = shells.pop(); shell !== undefined; shell = shells.pop()) {
      if (shell.alive) return shell;
    }
    return null;
  }

  #keep(place: ShellPlace, shell: KeptShell): void {
    const shells = this.#idle.get(keyOf(place)) ?? [];
    if (!shell.alive) return;
    if (shells.length >= KEPT_PER_USER) shell.close();
    else this.#idle.set(keyOf(place), [...shells, shell]);
  }

  /** A shell whose command was given up: ends the command on the host too, as well as can be. */
  #end(place: ShellPlace, shell: KeptShell): void {
    if (!shell.alive) return;
    const line = shell.killLine;
    shell.close();
    const other = this.#takeIdle(place);
    if (line === null) return;
    const started = other === null ? this.#openPlain(place) : Promise.resolve(other);
    started
      .then(async (helper) => {
        await helper.run(line, null, { maxOutputBytes: 1_000 });
        this.#keep(place, helper);
      })
      // The connection went away: sshd ends its children's streams, which is all that can be had.
      .catch(() => undefined);
  }

  async #open(place: ShellPlace, deadline: Deadline): Promise<KeptShell> {
    this.#makeRoom(this.#limit);
    return deadline.race(this.#openPlain(place));
  }

  /** Closes idle shells, whoever's, until at most `channels` are open. */
  #makeRoom(channels: number): void {
    for (const shells of this.#idle.values()) {
      while (shells.length > 0 && this.openChannels > channels) shells.pop()?.close();
    }
  }

  async #openPlain(place: ShellPlace): Promise<KeptShell> {
    const mark = KeptShell.newMark();
    const { loginUser, sudoPassword } = this.#access;
    const prefix = becomeUser(loginUser, place.user, sudoPassword !== null);
    const through = place.through.map((word) => `${quoteWord(word)} `).join('');
    const channel = await this.#exec(`${prefix}${through}${KeptShell.startLine(mark)}`);
    try {
      const wantsPassword = prefix.startsWith('sudo') && sudoPassword !== null;
      return await KeptShell.open(channel, mark, wantsPassword ? sudoPassword.reveal() : null);
    } catch (thrown) {
      if (thrown instanceof ShellDidNotOpen) throw this.#explain(place, thrown);
      throw thrown;
    }
  }

  #exec(line: string): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      this.#client.exec(line, (cause, channel) => {
        if (cause === undefined) resolve(channel);
        else reject(new SessionRefused(this.#access.host, cause));
      });
    });
  }

  #explain({ user, through }: ShellPlace, thrown: ShellDidNotOpen): AppError {
    const { host, loginUser } = this.#access;
    const detail = thrown.complaint.slice(0, 500);
    if (through.length > 0) {
      return new AppError('COMMAND_FAILED', {
        message: `no shell opened on ${host} through ${through.join(' ').slice(0, 200)}`,
        detail,
        data: { host },
      });
    }
    if (user === loginUser) {
      return new AppError('SSH_LOGIN_REFUSED', {
        message: `${loginUser} may log in to ${host} but gets no shell`,
        detail,
        hint: `Give the user a login shell. On the server: usermod -s /bin/bash ${loginUser}`,
        data: { host, user: loginUser },
      });
    }
    return new AppError('SUDO_REFUSED', {
      message: `${loginUser} may not act as ${user} on ${host}`,
      detail,
      hint: `Allow it on the server: echo '${loginUser} ALL=(${user}) NOPASSWD: ALL' > /etc/sudoers.d/tandem`,
      data: { host, user: loginUser, runAs: user },
    });
  }

  close(): void {
    for (const shells of this.#idle.values()) for (const shell of shells) shell.close();
    this.#idle.clear();
  }
}

const ignore = (): undefined => undefined;

async function acquire(places: Semaphore, deadline: Deadline): Promise<() => void> {
  try {
    return await places.acquire(deadline.signal);
  } catch {
    throw deadline.error();
  }
}

/** The server opened no further session on this connection. */
class SessionRefused extends AppError {
  constructor(host: string, cause: Error) {
    super('SSH_CONNECTION_LOST', {
      message: `${host} did not open a session on the connection`,
      detail: cause.message,
      hint: 'sshd may allow too few sessions per connection. On the server: sshd -T | grep maxsessions',
      cause,
    });
  }
}

/** What goes before `/bin/sh` to become another OS user; empty when nothing is needed. */
export function becomeUser(loginUser: string, user: string, withPassword: boolean): string {
  if (user === loginUser) return '';
  const name = quoteWord(user);
  if (loginUser === 'root') {
    return `setpriv --reuid=${name} --regid="$(id -g ${name})" --init-groups env HOME="$(getent passwd ${name} | cut -d: -f6)" USER=${name} LOGNAME=${name} `;
  }
  // -k: a remembered password would leave ours to be read by the shell.
  return withPassword ? `sudo -k -S -p '' -H -u ${name} -- ` : `sudo -n -H -u ${name} -- `;
}
