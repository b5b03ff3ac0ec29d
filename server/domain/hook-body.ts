import { AppError } from '#server/errors/app-error.ts';
import { HOOK_VALUES, type HookEvent } from './change-hook.ts';
import { invalidField } from './invalid-field.ts';

const PLACE = /\{\{\s*([A-Za-z]*)\s*\}\}/g;
const isValue = (name: string): name is keyof HookEvent => HOOK_VALUES.some((each) => each === name);

/** The request's body: the template with its places filled as parts of JSON strings; without one, all values. */
export function hookBody(template: string | null, event: HookEvent): string {
  if (template === null) return JSON.stringify(event);
  return template.replace(PLACE, (place, name: string) =>
    isValue(name) ? JSON.stringify(event[name]).slice(1, -1) : place,
  );
}

/** Throws INVALID_INPUT for a template that would not become JSON, or that names what there is not. */
export function requireHookBody(template: string, field: string): void {
  const unknown = [...template.matchAll(PLACE)].map(([, name = '']) => name).find((name) => !isValue(name));
  if (unknown !== undefined)
    throw invalidField(
      field,
      `there is no value {{${unknown}}}`,
      `There are: ${HOOK_VALUES.map((name) => `{{${name}}}`).join(', ')}.`,
    );
  const sample = { event: 'check', pair: 'a"b', oldPrimary: 'a', newPrimary: 'b' } as const;
  const filled = hookBody(template, { ...sample, oldPrimaryAddress: 'a:1', newPrimaryAddress: 'b:1' });
  try {
    JSON.parse(filled);
  } catch (cause) {
    throw new AppError('INVALID_INPUT', {
      message: `${field}: it is not JSON`,
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Put every {{value}} inside a string: {"text": "{{pair}} moved to {{newPrimary}}"}.',
      data: { field },
      cause,
    });
  }
}
