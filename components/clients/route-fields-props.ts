import type { UseFormReturn } from 'react-hook-form';
import type { RouteView } from '#server/services/services.ts';
import type { RouteField, RouteFormValues } from './route-form-values.ts';

/** What every group of the route's fields works with. */
export interface RouteFieldsProps {
  form: UseFormReturn<RouteFormValues>;
  /** What to say of a field that is wrong. */
  errorOf: (field: RouteField) => string | undefined;
  /** As it is kept; null = a new one. */
  route: RouteView | null;
}
