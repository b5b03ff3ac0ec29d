import { placeText } from '#server/domain/firewall.ts';
import { directoryConflict, packagesOf } from '#server/domain/host-wish.ts';
import type { GateResult, Text } from '#server/domain/plan.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import type { PrepareHostInput } from './input.ts';
import type { HostObservation } from './observation.ts';

type Input = Pick<PrepareHostInput, 'serverName' | 'wish' | 'todo'>;
export type HostGate = Gate<HostObservation, Input>;
type Verdict = Pick<GateResult, 'state' | 'detail'> & { fix?: Text };

/** Without root nothing else was looked at: only the gate of root speaks then. */
function gate(
  code: string,
  title: Text,
  judge: (o: HostObservation, input: Input) => Verdict | null,
): HostGate {
  return (o, input) => {
    const verdict = !o.system.root && code !== 'root-is-possible' ? null : judge(o, input);
    if (verdict === null) return [];
    return [{ code, server: input.serverName, title, measuredAtMs: o.takenAtMs, fix: null, ...verdict }];
  };
}

export const rootIsPossible = gate(
  'root-is-possible',
  text('Tandem may act as root', 'Tandem darf als root handeln'),
  ({ system }) =>
    system.root
      ? { state: 'ok', detail: text('yes', 'ja') }
      : {
          state: 'blocking',
          detail: text('neither root nor sudo', 'weder root noch sudo'),
          fix: text(
            'Packages, accounts and firewalls need root. Allow sudo for the login user, or do these parts by hand.',
            'Pakete, Konten und Firewalls brauchen root. Erlauben Sie dem Anmeldenamen sudo, oder erledigen Sie dies von Hand.',
          ),
        },
);

export const packagesAreIdle = gate(
  'packages-are-idle',
  text('Nobody else installs packages', 'Niemand sonst installiert Pakete'),
  ({ system }, { todo }) => {
    if (todo.packages.length === 0) return null;
    if (system.packagesHeldBy === null) return { state: 'ok', detail: text('idle', 'ruhig') };
    return {
      state: 'blocking',
      detail: text(`${system.packagesHeldBy} holds the lock`, `${system.packagesHeldBy} hält die Sperre`),
      fix: text(
        'Wait until it has ended, then look again. Automatic updates take some minutes.',
        'Warten Sie, bis er fertig ist, und sehen Sie noch einmal nach. Automatische Aktualisierungen dauern einige Minuten.',
      ),
    };
  },
);

export const packagesAreKnown = gate(
  'packages-are-known',
  text('The packages can be had', 'Die Pakete sind zu haben'),
  (o, { wish, todo }) => {
    if (packagesOf(wish).length === 0) return null;
    if (!o.system.apt) return NO_APT;
    if (todo.packages.length === 0) return { state: 'ok', detail: installedText(o, wish) };
    const unknown = todo.packages.filter((names) =>
      names.every((name) => (o.packages.get(name)?.candidate ?? null) === null),
    );
    const known = todo.packages.flatMap((names) => {
      const name = names.find((one) => (o.packages.get(one)?.candidate ?? null) !== null);
      return name === undefined ? [] : [`${name} ${o.packages.get(name)?.candidate ?? ''}`];
    });
    if (unknown.length === 0) return { state: 'ok', detail: sameText(known.join(', ')) };
    const names = unknown.map((one) => one.join(' / ')).join(', ');
    return {
      state: 'warning',
      detail: text(
        `apt does not know ${names} yet; the plan renews its lists first`,
        `apt kennt ${names} noch nicht; der Plan erneuert zuerst seine Listen`,
      ),
      fix: text(
        'Should the lists not have it either, nothing is installed. Then choose the project’s own repository.',
        'Haben auch die Listen es nicht, wird nichts installiert. Wählen Sie dann die Paketquelle des Projekts.',
      ),
    };
  },
);

const NO_APT: Verdict = {
  state: 'blocking',
  detail: text('no apt on this server', 'kein apt auf diesem Server'),
  fix: text(
    'Tandem installs packages on Debian and Ubuntu. Install them by hand here, then leave this part out.',
    'Tandem installiert Pakete auf Debian und Ubuntu. Installieren Sie sie hier von Hand, und lassen Sie diesen Teil weg.',
  ),
};

function installedText(o: HostObservation, wish: Input['wish']): Text {
  const there = packagesOf(wish).flatMap(({ names }) =>
    names.flatMap((name) => {
      const version = o.packages.get(name)?.installed ?? null;
      return version === null ? [] : [`${name} ${version}`];
    }),
  );
  const docker = o.docker.engine === null ? [] : [`Docker ${o.docker.engine}`];
  const all = [...there, ...docker].join(', ');
  return text(`there already: ${all}`, `schon vorhanden: ${all}`);
}

export const accountFits = gate('account-fits', text('The account', 'Das Konto'), (o, { wish }) => {
  if (wish.account === null) return null;
  const { name, dockerGroup } = wish.account;
  const found = o.accounts.get(name) ?? null;
  const detail =
    found === null
      ? text(`${name} will be made`, `${name} wird angelegt`)
      : text(`${name} is there already`, `${name} ist schon vorhanden`);
  if (!dockerGroup) return { state: 'ok', detail };
  return {
    state: 'warning',
    detail,
    fix: text(
      `Whoever is in the group docker can become root: ${name} gets as much as that.`,
      `Wer in der Gruppe docker ist, kann root werden: So viel erhält ${name}.`,
    ),
  };
});

export const directoriesFit = gate(
  'directories-fit',
  text('The directories', 'Die Verzeichnisse'),
  (o, { wish }) => {
    if (wish.directories.length === 0) return null;
    const bad = wish.directories.flatMap((one) => {
      const conflict = directoryConflict(o.directories.get(one.path) ?? null, one);
      return conflict === null ? [] : [{ path: one.path, conflict }];
    });
    const strangers = wish.directories.filter(
      (one) => one.owner !== wish.account?.name && (o.accounts.get(one.owner) ?? null) === null,
    );
    if (strangers.length > 0) {
      const names = strangers.map((one) => one.owner).join(', ');
      return {
        state: 'blocking',
        detail: text(`no such user: ${names}`, `diesen Benutzer gibt es nicht: ${names}`),
      };
    }
    const paths = (list: readonly { path: string }[]) => sameText(list.map((one) => one.path).join(', '));
    if (bad.length === 0) return { state: 'ok', detail: paths(wish.directories) };
    return {
      state: 'blocking',
      detail: paths(bad),
      fix: text(
        'Something with another owner or mode is there and holds files: Tandem does not change it. Choose another path, or change it by hand.',
        'Dort liegt etwas mit anderem Besitzer oder anderen Rechten und mit Dateien darin: Tandem ändert das nicht. Wählen Sie einen anderen Pfad, oder ändern Sie es von Hand.',
      ),
    };
  },
);

export const firewallIsKnown = gate(
  'firewall-is-known',
  text('Firewall for PostgreSQL’s port', 'Firewall für den Port von PostgreSQL'),
  (o, { wish }) => {
    if (wish.firewall === null || o.firewall === null) return null;
    const { places, passedBy, publishedBy, allowed } = o.firewall;
    const { port, from } = wish.firewall;
    if (publishedBy !== null) return publishedVerdict(o.firewall, port);
    if (passedBy.includes('iptables-legacy')) return LEGACY;
    if (places.length === 0)
      return {
        state: 'ok',
        detail: text('no firewall is active: nothing to do', 'keine Firewall ist aktiv: nichts zu tun'),
      };
    const named = places.map((place, i) => ({ name: placeText(place), open: allowed[i] === true }));
    const list = (language: keyof Text): string =>
      named
        .map(
          ({ name, open }) =>
            `${name[language]}${open ? ` (${language === 'en' ? 'open already' : 'schon offen'})` : ''}`,
        )
        .join(', ');
    return {
      state: 'ok',
      detail: text(`${list('en')}: ${from} → ${port}`, `${list('de')}: ${from} → ${port}`),
    };
  },
);

const LEGACY: Verdict = {
  state: 'warning',
  detail: text(
    'iptables-legacy filters, to which Tandem writes nothing',
    'iptables-legacy filtert, in das Tandem nichts schreibt',
  ),
  fix: text(
    'Add the rule where your rules of iptables come from.',
    'Ergänzen Sie die Regel dort, woher Ihre iptables-Regeln kommen.',
  ),
};

/** A published port is forwarded before a firewall's input rules could see it. */
function publishedVerdict(
  { publishedBy, passedBy, places }: NonNullable<HostObservation['firewall']>,
  port: number,
): Verdict {
  const round = passedBy.join(', ');
  const en = `Docker publishes ${port} (${publishedBy ?? ''})${round === '' ? '' : ` and goes round ${round}`}`;
  const de = `Docker veröffentlicht ${port} (${publishedBy ?? ''})${round === '' ? '' : ` und geht an ${round} vorbei`}`;
  if (places.length > 0) {
    const names = places.map(placeText);
    return {
      state: 'ok',
      detail: text(
        `${en}; the rule goes to ${names.map((n) => n.en).join(', ')}`,
        `${de}; die Regel kommt in ${names.map((n) => n.de).join(', ')}`,
      ),
      fix: text(
        'Docker keeps DOCKER-USER until the next reboot: lay the rule also where yours come from.',
        'Docker behält DOCKER-USER bis zum nächsten Neustart des Servers: Legen Sie die Regel auch dort ab, woher Ihre Regeln kommen.',
      ),
    };
  }
  return {
    state: 'warning',
    detail: text(`${en}: open for everybody already`, `${de}: schon für alle offen`),
    fix: text(
      'To let only the other node in, drop the rest in the chain DOCKER-USER; think of your applications first.',
      'Um nur den anderen Knoten einzulassen, verwerfen Sie den Rest in der Kette DOCKER-USER; denken Sie zuerst an Ihre Anwendungen.',
    ),
  };
}

export const HOST_GATES: readonly HostGate[] = [
  rootIsPossible,
  packagesAreIdle,
  packagesAreKnown,
  accountFits,
  directoriesFit,
  firewallIsKnown,
];
