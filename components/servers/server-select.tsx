'use client';

import { useQuery } from '@tanstack/react-query';
import { useController, type Control, type FieldPath, type FieldValues } from 'react-hook-form';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { SelectField, type SelectFieldProps } from '#components/ui/select-field.tsx';

export interface ServerSelectProps<V extends FieldValues> extends Pick<
  SelectFieldProps,
  'label' | 'hint' | 'error' | 'optional'
> {
  control: Control<V>;
  name: FieldPath<V>;
  /** Says what the empty choice means. */
  none: string;
}

/** A server of the inventory. It is controlled: the servers may arrive after the value that names one. */
export function ServerSelect<V extends FieldValues>({ control, name, none, ...rest }: ServerSelectProps<V>) {
  const servers = useQuery(useTRPC().server.list.queryOptions());
  const { field } = useController({ control, name });
  return (
    <SelectField {...rest} {...field} value={String(field.value)}>
      <option value="">{none}</option>
      {servers.data?.map((server) => (
        <option key={server.id} value={server.id}>
          {server.name}
        </option>
      ))}
    </SelectField>
  );
}
