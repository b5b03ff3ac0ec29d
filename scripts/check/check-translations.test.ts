import { expect, it } from 'vitest';
import { checkTranslations } from './check-translations.ts';
import { plantProject } from './planted-project.ts';

const source =
  "export const text = (t: (key: string) => string, code: string) => [t('greeting'), t(`state.${code}`)];\n";

function check(en: object, de: object) {
  const project = plantProject({
    'messages/en.json': JSON.stringify(en),
    'messages/de.json': JSON.stringify(de),
    'app/page.ts': source,
    'components/empty.ts': '',
    'server/empty.ts': '',
  });
  try {
    return checkTranslations(project.root);
  } finally {
    project.remove();
  }
}

const greeting = 'Hello {name}';

it('is content with the same used keys in both languages', () => {
  const texts = { home: { greeting, state: { running: 'x' } } };
  expect(check(texts, texts)).toMatchObject({ ok: true });
});

it('finds a text that a language lacks, in both directions', () => {
  expect(check({ greeting }, {}).output).toContain('missing in de.json: greeting');
  expect(check({}, { greeting }).output).toContain('missing in en.json: greeting');
});

it('finds other placeholders', () => {
  expect(check({ greeting }, { greeting: 'Hallo {vorname}' }).output).toContain('other placeholders');
});

it('finds an empty text and one that nobody uses', () => {
  const texts = { greeting: ' ', forgotten: 'x' };
  const { output } = check(texts, texts);
  expect(output).toContain('empty in en.json: greeting');
  expect(output).toContain('unused: forgotten');
});
