'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { TickField } from '#components/hooks/tick-field.tsx';
import { Button } from '#components/ui/button.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { TextArea, TextField } from '#components/ui/text-field.tsx';
import type { HostWishRequest, ServerView } from '#server/services/services.ts';
import { EMPTY_WISH, wishOf, type WishDraft, type WishField } from './wish-draft.ts';

export interface WishFormProps {
  peers: readonly ServerView[];
  /** What is asked for already, by whoever led here. */
  asked?: Partial<WishDraft>;
  onWish: (wish: HostWishRequest) => void;
}

/** What the server is to have: each part by itself, nothing is assumed. */
export function WishForm({ peers, asked, onWish }: WishFormProps) {
  const t = useTranslations('prepareHost');
  const [draft, setDraft] = useState<WishDraft>({ ...EMPTY_WISH, ...asked });
  const [wrong, setWrong] = useState<WishField[]>([]);
  const set = (part: Partial<WishDraft>) => setDraft({ ...draft, ...part });
  const error = (field: WishField) => (wrong.includes(field) ? t(`wrong.${field}`) : undefined);
  const submit = () => {
    const answer = wishOf(draft);
    setWrong('wrong' in answer ? answer.wrong : []);
    if ('wish' in answer) onWish(answer.wish);
  };
  return (
    <form
      noValidate
      className="space-y-6"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={t('postgresql')}
          hint={t('postgresqlHint')}
          value={draft.postgresql}
          onChange={(event) => set({ postgresql: event.target.value as WishDraft['postgresql'] })}
        >
          {(['none', 'distribution', 'pgdg'] as const).map((value) => (
            <option key={value} value={value}>
              {t(`source.${value}`)}
            </option>
          ))}
        </SelectField>
        {draft.postgresql !== 'none' && (
          <TextField
            label={t('majorVersion')}
            inputMode="numeric"
            value={draft.majorVersion}
            error={error('majorVersion')}
            onChange={(event) => set({ majorVersion: event.target.value })}
          />
        )}
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={t('docker')}
          value={draft.docker}
          onChange={(event) => set({ docker: event.target.value as WishDraft['docker'] })}
        >
          {(['none', 'distribution', 'docker'] as const).map((value) => (
            <option key={value} value={value}>
              {t(`source.${value}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('account')}
          optional
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={draft.account}
          error={error('account')}
          onChange={(event) => set({ account: event.target.value })}
        />
        {draft.account.trim() !== '' && (
          <TickField
            label={t('dockerGroup')}
            hint={t('dockerGroupHint')}
            checked={draft.dockerGroup}
            onChange={(event) => set({ dockerGroup: event.target.checked })}
          />
        )}
      </div>
      <TextArea
        label={t('directories')}
        hint={t('directoriesHint')}
        optional
        rows={3}
        spellCheck={false}
        className="font-mono"
        value={draft.directories}
        error={error('directories')}
        onChange={(event) => set({ directories: event.target.value })}
      />
      <FirewallFields peers={peers} draft={draft} set={set} error={error} />
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit">{t('makePlan')}</Button>
        {wrong.includes('nothing') && (
          <p role="alert" className="text-sm text-critical">
            {t('wrong.nothing')}
          </p>
        )}
      </div>
    </form>
  );
}

interface FirewallFieldsProps {
  peers: readonly ServerView[];
  draft: WishDraft;
  set: (part: Partial<WishDraft>) => void;
  error: (field: WishField) => string | undefined;
}

/** The one server that may come through. */
function FirewallFields({ peers, draft, set, error }: FirewallFieldsProps) {
  const t = useTranslations('prepareHost');
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <SelectField
        label={t('peer')}
        hint={t('peerHint')}
        value={draft.peerId}
        onChange={(event) => set({ peerId: event.target.value })}
      >
        <option value="">{t('noPeer')}</option>
        {peers.map((server) => (
          <option key={server.id} value={server.id}>
            {server.name}
          </option>
        ))}
      </SelectField>
      {draft.peerId !== '' && (
        <>
          <TextField
            label={t('port')}
            inputMode="numeric"
            value={draft.port}
            error={error('port')}
            onChange={(event) => set({ port: event.target.value })}
          />
          <TextField
            label={t('address')}
            hint={t('addressHint')}
            optional
            value={draft.address}
            error={error('address')}
            onChange={(event) => set({ address: event.target.value })}
          />
        </>
      )}
    </div>
  );
}
