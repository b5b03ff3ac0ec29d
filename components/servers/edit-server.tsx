'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { useForm } from 'react-hook-form';
import * as z from 'zod/mini';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { parseSshAddress } from '#server/domain/parse-ssh-address.ts';
import type { ServerView } from '#server/services/services.ts';
import { newServerSchema } from './new-server-schema.ts';

const { name, username, port } = newServerSchema.shape;
const schema = z.object({
  name,
  username,
  port,
  host: z.string().check(
    z.trim(),
    z.refine((text) => parseSshAddress(text)?.host === text.trim()),
  ),
});

/** Only what differs: an address that is given anew, even the same one, forgets the approved host key. */
function changeOf(server: ServerView, form: z.infer<typeof schema>) {
  const number = Number(form.port);
  return {
    ...(form.name === server.name ? {} : { name: form.name }),
    ...(form.host === server.host ? {} : { host: form.host }),
    ...(form.username === server.username ? {} : { username: form.username }),
    ...(number === server.port ? {} : { port: number }),
  };
}

/** Address and login of a server; it counts as unverified until the checks have passed again. */
export function EditServer({ server, onSaved }: { server: ServerView; onSaved: () => void }) {
  const t = useTranslations('servers');
  const tCommon = useTranslations('common');
  const [open, setOpen] = useState(false);
  const formId = useId();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const update = useMutation(trpc.server.update.mutationOptions());
  const form = useForm({
    resolver: zodResolver(schema),
    values: { name: server.name, username: server.username, port: String(server.port), host: server.host },
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit((values) =>
    update.mutate(
      { id: server.id, change: changeOf(server, values) },
      {
        onSuccess: () => {
          setOpen(false);
          void queryClient.invalidateQueries(trpc.server.pathFilter());
          onSaved();
        },
      },
    ),
  );
  return (
    <>
      <Button variant="quiet" onClick={() => setOpen(true)}>
        {t('edit')}
      </Button>
      <Dialog
        open={open}
        title={t('editTitle', { server: server.name })}
        onClose={() => setOpen(false)}
        actions={
          <>
            <Button onClick={() => setOpen(false)}>{tCommon('cancel')}</Button>
            <Button type="submit" form={formId} variant="primary" busy={update.isPending}>
              {t('editSave')}
            </Button>
          </>
        }
      >
        <form id={formId} noValidate className="space-y-4" onSubmit={(event) => void submit(event)}>
          {update.error !== null && <ProblemNote role="alert" problem={problemOf(update.error)} />}
          <TextField
            label={t('new.name')}
            autoComplete="off"
            error={errors.name && t('new.nameInvalid')}
            {...form.register('name')}
          />
          <TextField
            label={t('new.address')}
            autoComplete="off"
            spellCheck={false}
            error={errors.host && t('new.addressInvalid')}
            {...form.register('host')}
          />
          <div className="grid gap-4 sm:grid-cols-[1fr_7rem]">
            <TextField
              label={t('new.username')}
              autoComplete="off"
              spellCheck={false}
              error={errors.username && t('new.usernameInvalid')}
              {...form.register('username')}
            />
            <TextField
              label={t('new.port')}
              inputMode="numeric"
              autoComplete="off"
              error={errors.port && t('new.portInvalid')}
              {...form.register('port')}
            />
          </div>
        </form>
      </Dialog>
    </>
  );
}
