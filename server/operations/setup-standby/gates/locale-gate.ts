import type { GateResult, Text } from '#server/domain/plan.ts';
import {
  compareSorting,
  missingLocales,
  type DatabaseLocale,
  type LocaleLibrary,
} from '#server/domain/locale-library.ts';
import { sameText, text } from '#server/domain/text.ts';
import { ok, type Verdict } from '../../gate-maker.ts';
import { LOCALE_SETTINGS } from '../observation.ts';
import { changesPlace } from '../other-kind.ts';
import { gate } from './gate.ts';

export const LOCALE_TITLE = text(
  'Text is sorted by the same library (indexes)',
  'Text wird von der gleichen Bibliothek sortiert (Indizes)',
);

const FIX_BEFORE = text(
  'Give both servers the same release of the system, or run both in the same image. Over this difference a logical dump and restore is the way.',
  'Geben Sie beiden Servern die gleiche Version des Systems, oder betreiben Sie beide mit dem gleichen Image. Über diesen Unterschied führt nur ein logischer Dump mit Wiederherstellung.',
);
const FIX_UNKNOWN = text(
  'Compare the versions by hand (getconf GNU_LIBC_VERSION). With others, indexes on text are wrong after a switch of roles: REINDEX them then.',
  'Vergleichen Sie die Versionen selbst (getconf GNU_LIBC_VERSION). Sind sie verschieden, sind Indizes über Text nach einem Rollenwechsel falsch: Dann ist REINDEX nötig.',
);
const FIX_OWN = text(
  'All databases sort by the C locale. Only an index on a column with a collation of its own needs a REINDEX after a switch of roles.',
  'Alle Datenbanken sortieren nach der Locale C. Nur ein Index über eine Spalte mit eigener Sortierfolge braucht nach einem Rollenwechsel ein REINDEX.',
);

const NAMES = { libc: 'glibc', icu: 'ICU' } as const;

function versions(a: LocaleLibrary, b: LocaleLibrary, of: 'libc' | 'icu'): string {
  const say = (library: LocaleLibrary): string =>
    library[of] === null ? `${NAMES[of]} ?` : `${of === 'icu' ? 'ICU ' : ''}${library[of]}`;
  return say(a) === say(b) ? say(a) : `${say(a)} / ${say(b)}`;
}

/**
 * How two servers sort, compared: text indexes are copied as they are. `apart` = they get their library in
 * different ways, an image and packages, and may part with any update.
 */
export function judgeSorting(
  a: LocaleLibrary,
  b: LocaleLibrary,
  o: { locales: readonly DatabaseLocale[]; apart: boolean; whenDiffers: GateResult['state']; fix?: Text },
): Verdict {
  const verdict = compareSorting(a, b, o.locales);
  switch (verdict.kind) {
    case 'same': {
      const said = (['libc', 'icu'] as const).filter((of) => a[of] !== null && a[of] === b[of]);
      const both = said.map((of) => versions(a, b, of)).join(', ');
      return {
        state: 'ok',
        detail: o.apart
          ? text(
              `${both} on both; image and packages are updated apart: keep these equal`,
              `${both} auf beiden; Image und Pakete werden getrennt aktualisiert: Halten Sie sie gleich`,
            )
          : text(`${both} on both`, `${both} auf beiden`),
      };
    }
    case 'unused': {
      const both = versions(a, b, 'libc');
      if (a.libc !== null && a.libc === b.libc) return { state: 'ok', detail: text(both, both) };
      return { state: 'warning', detail: text(both, both), fix: FIX_OWN };
    }
    case 'unknown': {
      const what = verdict.of.map((of) => versions(a, b, of)).join(', ');
      return { state: 'warning', detail: text(what, what), fix: o.fix ?? FIX_UNKNOWN };
    }
    case 'differs': {
      const what = verdict.of.map((of) => versions(a, b, of)).join(', ');
      const names = [...new Set(o.locales.map(({ name }) => name))].sort().join(', ');
      return {
        state: o.whenDiffers,
        detail: text(
          `${what}: collations differ (${names}), indexes on text would be wrong on the other server`,
          `${what}: Die Sortierfolgen weichen ab (${names}), Indizes über Text wären auf dem anderen Server falsch`,
        ),
        fix: o.fix ?? FIX_BEFORE,
      };
    }
  }
}

export const sameLocaleLibrary = gate('same-locale-library', null, LOCALE_TITLE, (o) =>
  judgeSorting(o.primary.library, o.standby.library, {
    locales: o.primary.status.locales,
    apart: changesPlace(o.subject.primary.location, o.subject.standby.location) !== null,
    whenDiffers: 'blocking',
  }),
);

const FIX_MISSING = text(
  'On a host name it in /etc/locale.gen and run locale-gen. For a container take an image in which it was made (localedef).',
  'Nehmen Sie sie auf einem Host in /etc/locale.gen auf, und rufen Sie locale-gen auf. Für einen Container nehmen Sie ein Image, in dem sie angelegt wurde (localedef).',
);

/** Names are copied with the databases and with the configuration; what they mean is looked up in the place. */
export const localeIsThere = gate(
  'locale-is-there',
  'standby',
  text('The locales of the databases are there', 'Die Locales der Datenbanken sind da'),
  (o) => {
    const there = o.standby.library.locales;
    const settings = LOCALE_SETTINGS.map((name) => o.primary.settings.get(name)?.setting ?? '');
    const missing = missingLocales([...o.primary.status.localeNames, ...settings], there).sort();
    if (missing.length === 0) return ok(text('none is missing', 'keine fehlt'));
    const names = missing.join(', ');
    if (there.length === 0) {
      const fix = text(
        'Compare with `locale -a` there: with one missing the standby does not start, or lets nobody into its databases.',
        'Vergleichen Sie mit `locale -a` dort: Fehlt eine, startet der Standby-Server nicht oder lässt niemanden in seine Datenbanken.',
      );
      return { state: 'warning', detail: sameText(`${names} ?`), fix };
    }
    return {
      state: 'blocking',
      detail: text(
        `${names} missing: the standby would not start, or let nobody into its databases`,
        `${names} fehlt: Der Standby-Server würde nicht starten oder niemanden in seine Datenbanken lassen`,
      ),
      fix: FIX_MISSING,
    };
  },
);
