import { describe, expect, it } from 'vitest';
import { insidePath } from './inside-path.ts';

describe('insidePath', () => {
  it('leads back to the page that asked for the sign-in', () => {
    expect(insidePath('/pairs/abc?range=1h')).toBe('/pairs/abc?range=1h');
  });
  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '', '/a b'])(
    'refuses to lead out of the site: %s',
    (next) => {
      expect(insidePath(next)).toBe('/');
    },
  );
  it('refuses repeated parameters', () => {
    expect(insidePath(['/a', '/b'])).toBe('/');
    expect(insidePath(undefined)).toBe('/');
  });
});
