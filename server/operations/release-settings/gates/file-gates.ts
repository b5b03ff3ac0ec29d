import { isDeepStrictEqual } from 'node:util';
import { sameText, text } from '#server/domain/text.ts';
import { ok } from '../../gate-maker.ts';
import { containerOf } from '../input.ts';
import type { ReleaseObservation } from '../observation.ts';
import { gate } from './gate.ts';

/** What a person types; the name of Compose is the server's. */
const up = ({ engine }: ReleaseObservation): string =>
  `${(engine?.compose ?? ['docker-compose']).join(' ')} up -d`;

export const madeByCompose = gate(
  'made-by-compose',
  'node',
  text('Compose made the container, from one file', 'Compose hat den Container aus einer Datei angelegt'),
  (o, input) => {
    const made = o.container?.compose ?? null;
    const name = containerOf(input);
    if (made === null)
      return {
        state: 'blocking',
        detail: text(`${name} has no labels of Compose`, `${name} trägt keine Angaben von Compose`),
        fix: text(
          'Make it anew by hand without these settings: docker run, as it was made.',
          'Legen Sie ihn von Hand ohne diese Einstellungen neu an: docker run, wie er angelegt wurde.',
        ),
      };
    if (made.files.length === 1)
      return ok(sameText(`${made.project}/${made.service}: ${made.files.join('')}`));
    return {
      state: 'blocking',
      detail:
        made.files.length === 0
          ? text('its labels name no file', 'seine Angaben nennen keine Datei')
          : sameText(made.files.join(', ')),
      fix: text(
        `Which of several files gives a setting, only you can say: take it out there, then ${up(o)}.`,
        `Welche von mehreren Dateien eine Einstellung setzt, wissen nur Sie: Nehmen Sie sie dort heraus, dann ${up(o)}.`,
      ),
    };
  },
);

const majorOf = (version: string | null): string | null => version?.replace(/^v/, '').split('.')[0] ?? null;

export const composeAnswers = gate(
  'compose-answers',
  'node',
  text('Compose is there, as it was when it made it', 'Compose ist da wie damals'),
  ({ engine, container }) => {
    const words = engine?.compose ?? null;
    if (words === null)
      return {
        state: 'blocking',
        detail: text('it is not installed', 'es ist nicht installiert'),
        fix: text(
          'Install it: apt-get install docker-compose',
          'Installieren Sie es: apt-get install docker-compose',
        ),
      };
    const version = container?.compose?.version ?? null;
    const isFirst = words.length === 1;
    const major = majorOf(version);
    if (major === null || (major === '1') === isFirst)
      return ok(sameText(`${words.join(' ')}${version === null ? '' : ` (${version})`}`));
    return {
      state: 'blocking',
      detail: text(
        `made by Compose ${version ?? '?'}, the server has ${words.join(' ')}`,
        `angelegt mit Compose ${version ?? '?'}, der Server hat ${words.join(' ')}`,
      ),
      fix: text(
        'The two name containers differently: make it anew once with what is installed, up -d, then look again.',
        'Die beiden benennen Container verschieden: Legen Sie ihn einmal mit dem installierten neu an, up -d, dann sehen Sie noch einmal nach.',
      ),
    };
  },
);

export const fileCanBeChanged = gate(
  'file-can-be-changed',
  'node',
  text('The Compose file can be changed', 'Die Compose-Datei lässt sich ändern'),
  (o, input) => {
    const { file } = o;
    if (file === null)
      return {
        state: 'blocking',
        detail: text(
          `${input.place.file} is not there, or is a link`,
          `${input.place.file} fehlt oder ist ein Link`,
        ),
        fix: text('Put it back where it was.', 'Legen Sie sie dorthin zurück, wo sie war.'),
      };
    if (file.cannot === null) return ok(sameText(input.place.file));
    return {
      state: 'blocking',
      detail: sameText(file.cannot),
      fix: text(
        `Take the settings out of the command by hand, then ${up(o)}. Tandem finds them gone.`,
        `Nehmen Sie die Einstellungen von Hand aus dem Aufruf, dann ${up(o)}. Tandem findet sie nicht mehr vor.`,
      ),
    };
  },
);

/** A new container is what the file says now, all of it: no more may differ than what is shown. */
export const fileIsTheContainers = gate(
  'file-is-the-containers',
  'node',
  text('The container is what the file says', 'Der Container ist, was die Datei sagt'),
  (o) => {
    const { file, container, hash } = o;
    if (file === null || file.command === null || container === null)
      return { state: 'ok', detail: text('see above', 'siehe oben') };
    const fix = text(
      `Making it anew would change more than is shown here. In a quiet minute: ${up(o)}, or put the old file back.`,
      `Neu anlegen änderte mehr als hier gezeigt. In einer ruhigen Minute: ${up(o)}, oder legen Sie die alte Datei zurück.`,
    );
    if (!isDeepStrictEqual(file.command, container.command))
      return {
        state: 'blocking',
        detail: text(
          'the command in the file is another one than the container’s',
          'der Aufruf in der Datei ist ein anderer als der des Containers',
        ),
        fix,
      };
    switch (hash.state) {
      case 'same':
        return ok(text(`Compose says so (${hash.detail})`, `Compose sagt es (${hash.detail})`));
      case 'different':
        return {
          state: 'blocking',
          detail: text(
            `the file was changed since: Compose has ${hash.detail}`,
            `die Datei wurde seither geändert: Compose hat ${hash.detail}`,
          ),
          fix,
        };
      case 'refused':
        return {
          state: 'blocking',
          detail: sameText(hash.detail),
          fix: text(
            'Compose does not take the file. Tandem’s login user has to be able to read it and what it names.',
            'Compose nimmt die Datei nicht an. Tandems Anmeldebenutzer muss sie und was sie nennt lesen können.',
          ),
        };
      case 'unknown':
        return {
          state: 'warning',
          detail: text(
            `the command is the same; of the rest this Compose cannot tell ${hash.detail}`,
            `der Aufruf ist derselbe; vom Rest kann dieses Compose es nicht sagen ${hash.detail}`,
          ),
          fix: text(
            'If you changed the file since, make the container anew yourself first.',
            'Falls Sie die Datei seither geändert haben, legen Sie den Container zuerst selbst neu an.',
          ),
        };
    }
  },
);

/** Compose takes them from the shell that calls it, too, and Tandem's is not the person's. */
export const variablesAreKnown = gate(
  'variables-are-known',
  'node',
  text('Variables of the file have their values', 'Variablen der Datei haben ihre Werte'),
  (o) => {
    const { file, hash } = o;
    const names = file?.variables ?? [];
    if (names.length === 0) return ok(text('none', 'keine'));
    if (hash.state === 'same') return ok(sameText(names.join(', ')));
    return {
      state: 'blocking',
      detail: text(
        `${names.join(', ')}: what they were when the container was made is not known`,
        `${names.join(', ')}: Ihr Wert beim Anlegen des Containers ist nicht bekannt`,
      ),
      fix: text(
        `Write them into the file .env beside it, then ${up(o)} in a quiet minute.`,
        `Schreiben Sie sie in die Datei .env daneben, dann ${up(o)} in einer ruhigen Minute.`,
      ),
    };
  },
);

export const keptNameIsFree = gate(
  'kept-name-is-free',
  'node',
  text('The place for the old file is free', 'Der Platz für die alte Datei ist frei'),
  (o, input) =>
    o.keptNameIsFree
      ? ok(sameText(input.file.keptAs))
      : {
          state: 'blocking',
          detail: sameText(input.file.keptAs),
          fix: text(
            'Look again: it gets another name.',
            'Sehen Sie noch einmal nach: Er bekommt einen anderen Namen.',
          ),
        },
);
