import { formatConninfo } from '../conninfo.ts';
import { detachedAt, type Detachment } from '../detachment.ts';
import { multiHostUri } from '../multi-host-uri.ts';
import { OWN_FILES, PASSFILE, passfilePath } from '../own-files.ts';
import type { Text } from '../plan.ts';
import { readableWord } from '../shell-word.ts';
import { sameText, text } from '../text.ts';
import type { RunbookBlock } from './blocks.ts';
import { commandsOf, type RunbookNode } from './node-commands.ts';

/** Everything that a runbook names; no secret. */
export interface RunbookFacts {
  pairName: string;
  /** As recorded when this was written. */
  primary: RunbookNode;
  standby: RunbookNode;
  slotName: string;
  replicationRole: string;
  rewindRole: string;
  /** What else leads clients: routes and hooks by name. */
  routes: string[];
  hooks: string[];
  /** A person made the standby stop following; null = it follows. */
  detached: Detachment | null;
}

type Commands = ReturnType<typeof commandsOf>;

/** What to do by hand when Tandem itself is gone: who is who, failover, way back. */
export function makeRunbook(f: RunbookFacts): RunbookBlock[] {
  const [old, next] = [commandsOf(f.primary), commandsOf(f.standby)];
  return [
    heading(1, text(`Runbook: ${f.pairName}`, `Notfallanleitung: ${f.pairName}`)),
    para(
      'For the day when Tandem is not there. Everything here is typed by hand, on the servers named above each command.',
      'Für den Tag, an dem Tandem nicht da ist. Alles hier wird von Hand eingegeben, auf dem Server, der über jedem Befehl steht.',
    ),
    ...letGo(f),
    ...whoIsWho(f),
    ...isItDead(f, old, next),
    ...failover(f, old, next),
    ...applications(f),
    ...wayBack(f, old),
    ...bothWereDown(f, old),
    ...notGuaranteed(f),
  ];
}

const heading = (level: 1 | 2 | 3, words: Text): RunbookBlock => ({ type: 'heading', level, text: words });
const para = (en: string, de: string): RunbookBlock => ({ type: 'text', text: text(en, de) });
const command = (id: string, node: RunbookNode, line: string, expect: Text | null = null): RunbookBlock => ({
  type: 'command',
  id,
  on: { server: node.serverName, ssh: node.ssh },
  line,
  expect,
});

/** Before anything else: a failover to it would throw away what was written since. */
function letGo({ detached, primary, standby }: RunbookFacts): RunbookBlock[] {
  if (detached === null) return [];
  const at = detachedAt(detached);
  return [
    para(
      `${standby.serverName} was detached on ${at}: everything that ${primary.serverName} wrote since is missing there. Do the failover below only when ${primary.serverName} and its disk are lost for good, and what was written since may be lost with it.`,
      `${standby.serverName} wurde am ${at} abgehängt: Alles, was ${primary.serverName} seither geschrieben hat, fehlt dort. Führen Sie das Failover unten nur aus, wenn ${primary.serverName} samt Platte endgültig verloren ist und das seither Geschriebene mit verloren gehen darf.`,
    ),
  ];
}

function whoIsWho(f: RunbookFacts): RunbookBlock[] {
  const row = (role: string, n: RunbookNode): string[] => [
    role,
    n.serverName,
    n.ssh,
    `${n.address}:${n.location.port}`,
    [n.location.kind, n.location.name].filter(Boolean).join(' '),
    n.location.dataDirectory,
  ];
  return [
    heading(2, text('1. Who is who', '1. Wer ist wer')),
    {
      type: 'table',
      head: [
        text('Role', 'Rolle'),
        sameText('Server'),
        sameText('SSH'),
        text('Address', 'Adresse'),
        text('Run by', 'Betrieben mit'),
        text('Data directory', 'Datenverzeichnis'),
      ],
      rows: [row('Primary', f.primary), row('Standby', f.standby)],
    },
    para(
      'These are the roles as recorded when this was written. Ask both servers before you believe it: the one that answers f is the primary.',
      'Das sind die Rollen, wie sie beim Schreiben verzeichnet waren. Fragen Sie beide Server, bevor Sie das glauben: Wer f antwortet, ist der Primärserver.',
    ),
  ];
}

const ASK = 'SELECT pg_is_in_recovery()';

function isItDead(f: RunbookFacts, old: Commands, next: Commands): RunbookBlock[] {
  return [
    heading(2, text('2. Is the primary really gone?', '2. Ist der Primärserver wirklich weg?')),
    command(
      'ask-primary',
      f.primary,
      old.psql(ASK),
      text('f = it works; then do not fail over', 'f = er arbeitet; dann kein Failover'),
    ),
    command(
      'ask-standby',
      f.standby,
      next.psql(ASK),
      text('t = it is the standby', 't = er ist der Standby-Server'),
    ),
    command(
      'receiver',
      f.standby,
      next.psql('SELECT status, latest_end_time FROM pg_stat_wal_receiver'),
      text(
        'a time that moves: the primary still sends, whatever you can reach',
        'eine Zeit, die weiterläuft: Der Primärserver sendet noch, was immer Sie erreichen',
      ),
    ),
    para(
      'If only the network between you and the primary is cut, applications may still write there. A failover then makes two primaries.',
      'Ist nur das Netz zwischen Ihnen und dem Primärserver unterbrochen, schreiben Anwendungen dort vielleicht weiter. Ein Failover macht dann zwei Primärserver.',
    ),
  ];
}

function failover(f: RunbookFacts, old: Commands, next: Commands): RunbookBlock[] {
  const noAutostart = old.noAutostart === null ? [] : [command('no-autostart', f.primary, old.noAutostart)];
  return [
    heading(2, text('3. Failover', '3. Failover')),
    heading(
      3,
      text(
        `3.1 Fence ${f.primary.serverName}, as far as it can be reached`,
        `3.1 ${f.primary.serverName} absperren, soweit erreichbar`,
      ),
    ),
    para(
      'From the first line on, every start of it is read-only, whoever starts it. If it cannot be reached, do this before it gets its network or its power back.',
      'Ab der ersten Zeile ist jeder Start nur lesend, wer immer ihn startet. Ist er nicht erreichbar, tun Sie das, bevor er Netz oder Strom zurückbekommt.',
    ),
    command('fence', f.primary, old.onFiles(`umask 077; touch ${old.data('standby.signal')}`)),
    ...noAutostart,
    command('stop-old', f.primary, old.service('stop')),
    command('proof', f.primary, old.controlData, text('shut down', 'shut down')),
    heading(3, text(`3.2 Promote ${f.standby.serverName}`, `3.2 ${f.standby.serverName} befördern`)),
    command(
      'detach',
      f.standby,
      next.psql("ALTER SYSTEM SET primary_conninfo = ''", 'SELECT pg_reload_conf()'),
      text('what it has received is final from here', 'was er empfangen hat, ist ab hier endgültig'),
    ),
    command(
      'replayed',
      f.standby,
      next.psql('SELECT coalesce(pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn(), true)'),
      text('t; repeat until then', 't; bis dahin wiederholen'),
    ),
    command('promote', f.standby, next.psql('SELECT pg_promote()'), sameText('t')),
    command(
      'is-primary',
      f.standby,
      next.psql(ASK),
      text('f; if not, promote again', 'f; sonst noch einmal befördern'),
    ),
    command(
      'slot',
      f.standby,
      next.psql(`SELECT pg_create_physical_replication_slot('${f.slotName}', true)`),
      text(
        'keeps what the old primary will need; drop it when the disk fills',
        'hebt auf, was der alte Primärserver braucht; bei voller Platte löschen',
      ),
    ),
  ];
}

function applications(f: RunbookFacts): RunbookBlock[] {
  const endpoint = ({ address, location }: RunbookNode) => ({ host: address, port: location.port });
  const uri = multiHostUri([endpoint(f.primary), endpoint(f.standby)]);
  const names = (list: string[]): Text => sameText(list.join(', '));
  return [
    heading(2, text('4. Applications', '4. Anwendungen')),
    {
      type: 'list',
      items: [
        text(`These find the primary by themselves: ${uri}`, `Diese finden den Primärserver selbst: ${uri}`),
        text(
          `All others are pointed to ${f.standby.address}:${f.standby.location.port}.`,
          `Alle anderen werden auf ${f.standby.address}:${f.standby.location.port} gerichtet.`,
        ),
        ...(f.routes.length === 0
          ? []
          : [text(`Registered routes: ${names(f.routes).en}`, `Eingetragene Wege: ${names(f.routes).de}`)]),
        ...(f.hooks.length === 0
          ? []
          : [
              text(
                `Hooks that Tandem would have called: ${names(f.hooks).en}`,
                `Hooks, die Tandem aufgerufen hätte: ${names(f.hooks).de}`,
              ),
            ]),
      ],
    },
  ];
}

/** pg_rewind brings the other server's files: these are kept before. */
function keepOwn(old: Commands): string {
  const copies = OWN_FILES.map((file) => `cp -p ${old.data(file)} /tmp/tandem-own/ 2>/dev/null`);
  return old.onFiles(
    `umask 077; mkdir -p /tmp/tandem-own; ${copies.join('; ')}; cp -p ${old.data(PASSFILE)} /tmp/`,
  );
}

function rewind(f: RunbookFacts, old: Commands): string {
  const { binDirectory, dataDirectory, configDirectory } = f.primary.location;
  const source = formatConninfo({
    host: f.standby.address,
    port: f.standby.location.port,
    user: f.rewindRole,
    dbname: 'postgres',
    passfile: passfilePath('/tmp'),
  });
  const words = [
    `${binDirectory}/pg_rewind`,
    `--target-pgdata=${dataDirectory}`,
    `--source-server=${source}`,
    ...(configDirectory === null ? [] : [`--config-file=${configDirectory}/postgresql.conf`]),
  ];
  return old.onFiles(words.map(readableWord).join(' '));
}

function sign(f: RunbookFacts, old: Commands): string {
  const { dataDirectory } = f.primary.location;
  const follow = formatConninfo({
    host: f.standby.address,
    port: f.standby.location.port,
    user: f.replicationRole,
    passfile: passfilePath(dataDirectory),
    application_name: f.slotName,
  });
  const conf = [
    `primary_conninfo = '${follow.replaceAll("'", "''")}'`,
    `primary_slot_name = '${f.slotName}'`,
  ];
  const append = conf.map((each) => `echo ${readableWord(each)} >> ${old.data('postgresql.auto.conf')}`);
  return old.onFiles(
    `umask 077; touch ${old.data('standby.signal')}; cp -p /tmp/tandem-own/* ${readableWord(dataDirectory)}/; ${append.join('; ')}`,
  );
}

function wayBack(f: RunbookFacts, old: Commands): RunbookBlock[] {
  return [
    heading(
      2,
      text(
        `5. ${f.primary.serverName} comes back as the standby`,
        `5. ${f.primary.serverName} kommt als Standby-Server zurück`,
      ),
    ),
    para(
      'Only when it does not run. What it wrote last and the new primary never saw is lost with the rewind: copy the data directory first if it may be needed.',
      'Nur wenn er nicht läuft. Was er zuletzt schrieb und der neue Primärserver nie sah, geht beim Zurückdrehen verloren: Kopieren Sie vorher das Datenverzeichnis, falls es gebraucht werden könnte.',
    ),
    command('keep-own', f.primary, keepOwn(old)),
    command('rewind', f.primary, rewind(f, old)),
    para(
      'pg_rewind has removed standby.signal and brought the other server’s configuration: put it right before anything starts it.',
      'pg_rewind hat standby.signal entfernt und die Konfiguration des anderen Servers gebracht: Stellen Sie das richtig, bevor irgendetwas ihn startet.',
    ),
    command('sign', f.primary, sign(f, old)),
    command('start-old', f.primary, old.service('start')),
    command(
      'streams',
      f.standby,
      commandsOf(f.standby).psql('SELECT application_name, state FROM pg_stat_replication'),
      text(`${f.slotName}|streaming`, `${f.slotName}|streaming`),
    ),
  ];
}

function bothWereDown(f: RunbookFacts, old: Commands): RunbookBlock[] {
  return [
    heading(2, text('6. Both were down', '6. Beide waren aus')),
    para(
      `Start ${f.primary.serverName} first if nobody promoted the other one. The server with the higher timeline is right; with equal timelines it is the one without standby.signal.`,
      `Starten Sie zuerst ${f.primary.serverName}, wenn niemand den anderen befördert hat. Der Server mit der höheren Zeitlinie hat recht; bei gleicher Zeitlinie der ohne standby.signal.`,
    ),
    ...(old.open === null
      ? []
      : [
          para(
            'A start gate holds a primary read-only while it cannot ask the other server. If you are sure that the other one was not promoted, let it through once:',
            'Eine Startsperre hält einen Primärserver nur lesend, solange sie den anderen nicht fragen kann. Sind Sie sicher, dass der andere nicht befördert wurde, lassen Sie ihn einmal durch:',
          ),
          command('open-once', f.primary, old.open),
        ]),
  ];
}

function notGuaranteed(f: RunbookFacts): RunbookBlock[] {
  return [
    heading(2, text('7. What nothing here can guarantee', '7. Was nichts hier garantieren kann')),
    {
      type: 'list',
      items: [
        text(
          `${f.primary.serverName} that is cut off but keeps running goes on accepting writes of whoever reaches it.`,
          `Ein ${f.primary.serverName}, der abgeschnitten ist, aber weiterläuft, nimmt weiter Schreibzugriffe an von allen, die ihn erreichen.`,
        ),
        text(
          'With asynchronous replication the last commits before the loss may be missing.',
          'Bei asynchroner Replikation können die letzten Commits vor dem Ausfall fehlen.',
        ),
        text(
          'A start that goes round the start gate (pg_ctl, docker start, another program) is not asked.',
          'Ein Start an der Startsperre vorbei (pg_ctl, docker start, ein anderes Programm) wird nicht geprüft.',
        ),
      ],
    },
  ];
}
