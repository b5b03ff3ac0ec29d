import { bytesText, sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import { gateMaker, ok } from '../gate-maker.ts';
import type { MakeContainerInput } from './input.ts';
import type { MakeContainerObservation } from './observation.ts';

/** The image, its archive on the way, and some air. */
const IMAGE_BYTES = 2 * 1024 ** 3;

const gate = gateMaker<MakeContainerObservation, MakeContainerInput, 'to'>(
  (on, _, input) => input[on].serverName,
);

/** What must be true before a container is made. */
export const MAKE_CONTAINER_GATES: readonly Gate<MakeContainerObservation, MakeContainerInput>[] = [
  gate(
    'engine-answers',
    'to',
    text(
      'The Docker engine answers, of the same architecture',
      'Die Docker-Engine antwortet, mit gleicher Architektur',
    ),
    ({ engines: { from, to } }) => {
      if (to === null)
        return {
          state: 'blocking',
          detail: text(
            'no engine that the login user may use',
            'keine Engine, die der Anmeldebenutzer verwenden darf',
          ),
          fix: text(
            'Install Docker there, or give the user sudo or the group docker.',
            'Installieren Sie dort Docker, oder geben Sie dem Benutzer sudo oder die Gruppe docker.',
          ),
        };
      const both = `${from?.architecture ?? '?'} / ${to.architecture}`;
      if (from?.architecture === to.architecture) return ok(sameText(`${to.version}, ${to.architecture}`));
      return { state: 'blocking', detail: sameText(both) };
    },
  ),
  gate(
    'compose-answers',
    'to',
    text('Compose is installed where it is needed', 'Compose ist installiert, wo es gebraucht wird'),
    ({ engines: { to } }, { recipe }) => {
      if (recipe.compose === null) return ok(text('not needed', 'nicht nötig'));
      if (to?.compose != null) return ok(sameText(to.compose.join(' ')));
      return {
        state: 'blocking',
        detail: text('it is not', 'es fehlt'),
        fix: text(
          'Install it: apt-get install docker-compose',
          'Installieren Sie es: apt-get install docker-compose',
        ),
      };
    },
  ),
  gate(
    'name-is-free',
    'to',
    text('No container has this name', 'Kein Container heißt so'),
    ({ there }, { recipe, to }) =>
      there === null
        ? ok(sameText(recipe.name))
        : {
            state: 'blocking',
            detail: text(
              `${to.serverName} has a container ${recipe.name}`,
              `${to.serverName} hat einen Container ${recipe.name}`,
            ),
            fix: text(
              'Use that one: set the standby up in it. Or choose another name.',
              'Verwenden Sie diesen: Richten Sie den Standby-Server darin ein. Oder wählen Sie einen anderen Namen.',
            ),
          },
  ),
  gate('volumes-are-new', 'to', text('Its volumes are new', 'Seine Volumes sind neu'), ({ volumes }) =>
    volumes.length === 0
      ? ok(text('none exists', 'keines vorhanden'))
      : {
          state: 'blocking',
          detail: sameText(volumes.join(', ')),
          fix: text(
            'Somebody’s data may lie in it. Remove or rename it after looking: docker volume inspect',
            'Darin können Daten liegen. Entfernen oder umbenennen Sie es nach Prüfung: docker volume inspect',
          ),
        },
  ),
  gate(
    'port-is-free',
    'to',
    text('Its ports are free', 'Seine Ports sind frei'),
    ({ portsInUse }, { location }) =>
      portsInUse.length === 0
        ? ok(sameText(String(location.port)))
        : {
            state: 'blocking',
            detail: sameText(portsInUse.join(', ')),
            fix: text('Stop what listens there.', 'Halten Sie an, was dort lauscht.'),
          },
  ),
  gate(
    'image-is-the-same',
    'to',
    text('The same image', 'Dasselbe Image'),
    ({ imageId }, { recipe, from }) => {
      if (imageId === null)
        return ok(text(`copied from ${from.serverName}`, `wird von ${from.serverName} kopiert`));
      if (imageId === recipe.imageId) return ok(sameText(recipe.image));
      return {
        state: 'warning',
        detail: text(
          `${recipe.image} is another one here than on ${from.serverName}`,
          `${recipe.image} ist hier ein anderes als auf ${from.serverName}`,
        ),
        fix: text(
          'Another minor version is fine; another base system may sort text differently.',
          'Eine andere Unterversion ist in Ordnung; ein anderes Grundsystem sortiert Text womöglich anders.',
        ),
      };
    },
  ),
  gate(
    'room-for-the-image',
    'to',
    text('Room for the image', 'Platz für das Image'),
    ({ engines: { to } }, input) => {
      const free = to?.freeBytes ?? null;
      if (!input.bringImage) return ok(text('it is there', 'es ist da'));
      if (free === null) return { state: 'warning', detail: text('not known', 'nicht bekannt') };
      const [found, needed] = [bytesText(free), bytesText(IMAGE_BYTES)];
      const detail = text(`${found.en} free, ${needed.en} needed`, `${found.de} frei, ${needed.de} nötig`);
      return free >= IMAGE_BYTES ? ok(detail) : { state: 'blocking', detail };
    },
  ),
];
