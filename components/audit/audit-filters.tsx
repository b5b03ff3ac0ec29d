'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { SelectField } from '#components/ui/select-field.tsx';
import { useUrlState } from '#components/ui/use-url-state.ts';
import { useActionText } from './audit-entry.tsx';

export interface AuditFilter {
  actor?: string;
  action?: string;
  pairId?: string;
}

/** The filter as the address has it: a link leads to the same entries. */
export function useAuditFilter(): AuditFilter {
  const [actor] = useUrlState('actor');
  const [action] = useUrlState('action');
  const [pairId] = useUrlState('pair');
  return {
    ...(actor === null ? {} : { actor }),
    ...(action === null ? {} : { action }),
    ...(pairId === null ? {} : { pairId }),
  };
}

/** Who, what, which pair. */
export function AuditFilters() {
  const t = useTranslations('audit');
  const trpc = useTRPC();
  const actionText = useActionText();
  const names = useQuery(trpc.audit.names.queryOptions());
  const pairs = useQuery(trpc.pair.list.queryOptions());
  const option = (name: string) => ({ value: name, label: name });
  return (
    <section aria-label={t('filters')} className="grid gap-4 sm:grid-cols-3">
      <Filter
        name="actor"
        label={t('actor')}
        all={t('anyone')}
        options={(names.data?.actors ?? []).map(option)}
      />
      <Filter
        name="action"
        label={t('action')}
        all={t('anything')}
        options={(names.data?.actions ?? []).map((action) => ({ value: action, label: actionText(action) }))}
      />
      <Filter
        name="pair"
        label={t('pair')}
        all={t('anyPair')}
        options={(pairs.data ?? []).map((pair) => ({ value: pair.id, label: pair.name }))}
      />
    </section>
  );
}

function Filter(props: {
  name: string;
  label: string;
  all: string;
  options: { value: string; label: string }[];
}) {
  const [chosen, choose] = useUrlState(props.name);
  const known = chosen === null || props.options.some((option) => option.value === chosen);
  return (
    <SelectField
      label={props.label}
      value={chosen ?? ''}
      onChange={(event) => choose(event.target.value === '' ? null : event.target.value)}
    >
      <option value="">{props.all}</option>
      {!known && <option value={chosen}>{chosen}</option>}
      {props.options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </SelectField>
  );
}
