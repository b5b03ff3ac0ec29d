import type { UseFormReturn } from 'react-hook-form';
import type { HookField, HookFormValues } from './hook-form-values.ts';

/** What the fields of both kinds of calls work with. */
export interface HookFieldsProps {
  form: UseFormReturn<HookFormValues>;
  /** What to say of a field that is wrong. */
  errorOf: (field: HookField) => string | undefined;
}
