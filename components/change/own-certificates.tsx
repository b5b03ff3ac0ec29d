'use client';

import { useTranslations } from 'next-intl';
import { useRef } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { Note } from '#components/status/note.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { Button } from '#components/ui/button.tsx';
import { TextArea } from '#components/ui/text-field.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { CertificateField, CertificatesVerdict } from '#server/domain/own-certificates.ts';
import type { OwnCertificatesForm } from './use-own-certificates.ts';

/** Certificates of one's own: pasted or read from files, and judged before anything can be started. */
export function OwnCertificates({
  form,
  primary,
  standby,
}: {
  form: OwnCertificatesForm;
  primary: string;
  standby: string;
}) {
  const t = useTranslations('change.own');
  return (
    <section aria-labelledby="own-certificates" className="space-y-5">
      <h2 id="own-certificates" className="text-base font-semibold">
        {t('title')}
      </h2>
      <p className="text-sm text-ink-soft">{t('text')}</p>
      <PemField form={form} field="authority" label={t('authority')} hint={t('authorityHint')} />
      <div className="grid gap-5 sm:grid-cols-2">
        <PemField form={form} field="primary.certificate" label={t('certificate', { server: primary })} />
        <PemField form={form} field="primary.key" label={t('key', { server: primary })} isKey />
        <PemField form={form} field="standby.certificate" label={t('certificate', { server: standby })} />
        <PemField form={form} field="standby.key" label={t('key', { server: standby })} isKey />
      </div>
      <Button blocked={!form.complete} busy={form.checking} onClick={form.check}>
        {t('check')}
      </Button>
      <div role="status">{form.verdict !== null && <Judgement verdict={form.verdict} />}</div>
      {form.problem !== null && <ProblemNote role="alert" problem={form.problem} />}
    </section>
  );
}

interface PemFieldProps {
  form: OwnCertificatesForm;
  field: CertificateField;
  label: string;
  hint?: string;
  isKey?: boolean;
}

function PemField({ form, field, label, hint, isKey = false }: PemFieldProps) {
  const t = useTranslations('change.own');
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  const problem = form.verdict?.problems.find((each) => each.field === field);
  const read = async (file: File | undefined) => {
    if (file !== undefined) form.set(field, await file.text());
  };
  return (
    <div className="min-w-0 space-y-2">
      <TextArea
        label={label}
        hint={hint}
        error={problem && `${text(problem.what)}. ${text(problem.fix)}`}
        rows={4}
        autoComplete="off"
        spellCheck={false}
        className="font-mono text-sm"
        placeholder={isKey ? '-----BEGIN PRIVATE KEY-----' : '-----BEGIN CERTIFICATE-----'}
        value={form.texts[field]}
        onChange={(event) => form.set(field, event.target.value)}
      />
      <input
        ref={input}
        type="file"
        hidden
        tabIndex={-1}
        accept=".pem,.crt,.cer,.key,text/plain"
        aria-label={t('fileOf', { field: label })}
        onChange={(event) => {
          void read(event.target.files?.[0]);
          // The same file once more is a change too.
          event.target.value = '';
        }}
      />
      <Button
        variant="quiet"
        aria-label={t('fileOf', { field: label })}
        onClick={() => input.current?.click()}
      >
        {t('file')}
      </Button>
    </div>
  );
}

function Judgement({ verdict }: { verdict: CertificatesVerdict }) {
  const t = useTranslations('change.own');
  const text = useText();
  const format = useFormat();
  if (verdict.problems.length > 0)
    return <Note severity="high" title={t('problems', { count: verdict.problems.length })} />;
  return (
    <Note severity={verdict.warnings.length > 0 ? 'medium' : 'ok'} title={t('good')}>
      <ul className="space-y-1 text-sm">
        {verdict.certificates.map((each) => (
          <li key={each.server} className="wrap-anywhere">
            {t('certificateFacts', {
              server: each.server,
              subject: each.subject,
              issuer: each.issuer,
              name: each.expects,
              date: format.dateTime(each.notAfterMs),
            })}
          </li>
        ))}
        {verdict.warnings.map((warning) => (
          <li key={warning.en} className="wrap-anywhere">
            {text(warning)}
          </li>
        ))}
      </ul>
    </Note>
  );
}
