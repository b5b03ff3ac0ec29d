import { describe, expect, it } from 'vitest';
import { chooseLocale, chooseTheme, chooseZone } from './locales.ts';

describe('choosing language, zone and theme', () => {
  it('prefers the choice of the person over the browser', () => {
    expect(chooseLocale('de', 'en-US,en;q=0.9')).toBe('de');
  });
  it('takes the language that the browser weighs most among ours', () => {
    expect(chooseLocale(undefined, 'fr-FR,en;q=0.4,de-AT;q=0.8')).toBe('de');
  });
  it('falls back to English for unknown languages and values', () => {
    expect(chooseLocale('xx', 'fr')).toBe('en');
    expect(chooseLocale(undefined, null)).toBe('en');
  });
  it('accepts only zones that exist', () => {
    expect(chooseZone('Europe/Berlin')).toBe('Europe/Berlin');
    expect(chooseZone('Not/AZone')).toBe('UTC');
  });
  it('follows the system for an unknown theme', () => {
    expect(chooseTheme('pink')).toBe('system');
    expect(chooseTheme('dark')).toBe('dark');
  });
});
