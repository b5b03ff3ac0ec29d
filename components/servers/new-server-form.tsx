'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useForm, useWatch } from 'react-hook-form';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { PasswordField, TextArea, TextField } from '#components/ui/text-field.tsx';
import { parseSshAddress, type SshAddress } from '#server/domain/parse-ssh-address.ts';
import { CredentialFields } from './credential-fields.tsx';
import { EMPTY_SERVER, newServerSchema, toNewServer } from './new-server-schema.ts';
import { ServerSelect } from './server-select.tsx';

/** `returnTo` is a page that waits for the server, such as a set-up. */
export function NewServerForm({ returnTo }: { returnTo: string | null }) {
  const t = useTranslations('servers.new');
  const tCommon = useTranslations('common');
  const router = useRouter();
  const trpc = useTRPC();
  const servers = useQuery(trpc.server.list.queryOptions());
  const create = useMutation(trpc.server.create.mutationOptions());
  const check = useMutation(trpc.server.check.mutationOptions());
  const form = useForm({ resolver: zodResolver(newServerSchema), defaultValues: EMPTY_SERVER });
  const { errors, isSubmitting } = form.formState;
  const read = parseSshAddress(useWatch({ control: form.control, name: 'address' }));

  /** What the address says fills the fields beneath, unless the person has written there. */
  const fill = (address: SshAddress) => {
    const { dirtyFields } = form.formState;
    if (dirtyFields.name !== true) form.setValue('name', address.alias ?? nameFrom(address.host));
    if (dirtyFields.username !== true && address.username !== null)
      form.setValue('username', address.username);
    if (dirtyFields.port !== true) form.setValue('port', String(address.port ?? 22));
    const jump = servers.data?.find((server) => server.name === address.jump || server.host === address.jump);
    if (jump !== undefined) form.setValue('jumpServerId', jump.id);
  };
  const submit = form.handleSubmit(async (values) => {
    const server = await create.mutateAsync(toNewServer(values)).catch(() => null);
    if (server === null) return;
    // The checks are the next page; when they cannot be started it says so and offers them again.
    await check.mutateAsync({ id: server.id, rows: [] }).catch(() => null);
    const back = returnTo === null ? '' : `&return=${encodeURIComponent(returnTo)}`;
    router.push(`/servers/${server.id}?new=1${back}`);
  });
  return (
    <form noValidate method="post" className="max-w-xl space-y-6" onSubmit={(event) => void submit(event)}>
      {create.error !== null && <ProblemNote role="alert" problem={problemOf(create.error)} />}
      <TextArea
        label={t('address')}
        hint={t('addressHint')}
        rows={2}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder="postgres@db1.example.net:22"
        className="font-mono"
        error={errors.address && t('addressInvalid')}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
        {...form.register('address', {
          onChange: (event: { target: { value: string } }) => {
            const address = parseSshAddress(event.target.value);
            if (address !== null) fill(address);
          },
        })}
      />
      <Understood read={read} />
      <div className="grid gap-5 sm:grid-cols-[1fr_1fr_6rem]">
        <TextField
          label={t('name')}
          autoComplete="off"
          error={errors.name && t('nameInvalid')}
          {...form.register('name')}
        />
        <TextField
          label={t('username')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={errors.username && t('usernameInvalid')}
          {...form.register('username')}
        />
        <TextField
          label={t('port')}
          inputMode="numeric"
          autoComplete="off"
          error={errors.port && t('portInvalid')}
          {...form.register('port')}
        />
      </div>
      <CredentialFields form={form} />
      <details className="group rounded-lg border border-line bg-surface px-4 py-3">
        <summary className="flex min-h-6 list-none items-center gap-1.5 text-sm font-medium">
          <ChevronDown
            aria-hidden
            size={15}
            className="-rotate-90 transition-transform group-open:rotate-0"
          />
          {tCommon('more')}
        </summary>
        <div className="mt-4 space-y-5 pb-1">
          <ServerSelect
            label={t('jump')}
            hint={t('jumpHint')}
            optional
            none={t('jumpNone')}
            control={form.control}
            name="jumpServerId"
          />
          <PasswordField
            label={t('sudoPassword')}
            hint={t('sudoPasswordHint')}
            optional
            autoComplete="off"
            {...form.register('sudoPassword')}
          />
        </div>
      </details>
      <Button type="submit" variant="primary" busy={isSubmitting}>
        {t('submit')}
      </Button>
    </form>
  );
}

/** Names beside the address what of it could not be taken over. */
function Understood({ read }: { read: SshAddress | null }) {
  const t = useTranslations('servers.new');
  if (read === null || (read.jump === null && read.identityFile === null)) return null;
  return (
    <ul className="space-y-1 text-sm text-ink-soft">
      {read.jump !== null && <li>{t('jumpRead', { jump: read.jump })}</li>}
      {read.identityFile !== null && <li>{t('identityRead', { file: read.identityFile })}</li>}
    </ul>
  );
}

/** `db1.example.net` is called db1; an address keeps all its parts. */
function nameFrom(host: string): string {
  if (/^[\d.]+$/.test(host) || host.includes(':')) return host.replaceAll(':', '-');
  return host.split('.')[0] ?? host;
}
