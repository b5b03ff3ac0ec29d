import { sameText, text } from '#server/domain/text.ts';
import { ok } from '../../gate-maker.ts';
import { containerOf, type ReleaseInput } from '../input.ts';
import type { ReleaseObservation } from '../observation.ts';
import { gate } from './gate.ts';

export const imageIsTheSame = gate(
  'image-is-the-same',
  'node',
  text('The same image', 'Dasselbe Image'),
  ({ container, imageId }) => {
    if (container === null)
      return { state: 'blocking', detail: text('there is no container', 'kein Container') };
    if (imageId === container.imageId) return ok(sameText(`${container.image} ${imageId.slice(0, 19)}`));
    return {
      state: 'blocking',
      detail:
        imageId === null
          ? text(`${container.image} is not there any more`, `${container.image} ist nicht mehr da`)
          : text(
              `${container.image} is another image now than the container’s`,
              `${container.image} ist jetzt ein anderes Image als das des Containers`,
            ),
      fix: text(
        `Give the name back to the old one: docker tag ${container.imageId} ${container.image}. Or update first, in a quiet minute.`,
        `Geben Sie den Namen dem alten zurück: docker tag ${container.imageId} ${container.image}. Oder aktualisieren Sie zuerst, in einer ruhigen Minute.`,
      ),
    };
  },
);

/** Files that the server cannot be without. */
function neededFiles({ status, configFiles }: ReleaseObservation, { node }: ReleaseInput): string[] {
  return [
    node.location.dataDirectory,
    ...status.tablespaces,
    ...configFiles,
    status.hbaFile,
    status.configFile,
  ];
}

export const filesOutliveIt = gate(
  'files-outlive-it',
  'node',
  text(
    'Data and configuration lie outside of the container',
    'Daten und Konfiguration liegen außerhalb des Containers',
  ),
  (o, input) => {
    const lasting = o.container?.lasting ?? [];
    const isKept = (path: string): boolean =>
      lasting.some((mount) => path === mount || path.startsWith(`${mount.replace(/\/$/, '')}/`));
    const lost = neededFiles(o, input).filter((path) => path !== '' && !isKept(path));
    if (lost.length === 0) return ok(sameText(lasting.join(', ')));
    return {
      state: 'blocking',
      detail: text(
        `${[...new Set(lost)].join(', ')}: a new container would not have it`,
        `${[...new Set(lost)].join(', ')}: Ein neuer Container hätte es nicht`,
      ),
      fix: text(
        'Move it to a volume with a name or to a directory of the server first.',
        'Legen Sie es zuerst in ein Volume mit Namen oder ein Verzeichnis des Servers.',
      ),
    };
  },
);

const SHOWN = 8;

export const nothingLivesInside = gate(
  'nothing-lives-inside',
  'node',
  text('Nothing else was put into the container', 'Sonst wurde nichts in den Container gelegt'),
  ({ changedInside, container }) => {
    const found = [...changedInside, ...(container?.unnamed ?? [])];
    if (found.length === 0) return ok(text('nothing', 'nichts'));
    const more = found.length > SHOWN ? ` (+${found.length - SHOWN})` : '';
    return {
      state: 'warning',
      detail: sameText(`${found.slice(0, SHOWN).join(', ')}${more}`),
      fix: text(
        'It goes with the old container. Copy what you need: docker cp.',
        'Das verschwindet mit dem alten Container. Kopieren Sie, was Sie brauchen: docker cp.',
      ),
    };
  },
);

export const networkIsItsOwn = gate(
  'network-is-its-own',
  'node',
  text('No other container lives in its network', 'Kein anderer Container lebt in seinem Netz'),
  ({ sharers }, input) =>
    sharers.length === 0
      ? ok(text('none', 'keiner'))
      : {
          state: 'blocking',
          detail: sameText(sharers.join(', ')),
          fix: text(
            `They use the network of ${containerOf(input)} and lose it when it is made anew: stop them first.`,
            `Sie nutzen das Netz von ${containerOf(input)} und verlieren es, wenn er neu angelegt wird: Halten Sie sie zuerst an.`,
          ),
        },
);
