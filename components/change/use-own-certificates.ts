'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import {
  CERTIFICATE_FIELDS,
  type CertificateField,
  type CertificatesVerdict,
} from '#server/domain/own-certificates.ts';
import type { Problem } from '#server/errors/app-error.ts';

export type CertificateTexts = Readonly<Record<CertificateField, string>>;

const EMPTY: CertificateTexts = {
  authority: '',
  'primary.certificate': '',
  'primary.key': '',
  'standby.certificate': '',
  'standby.key': '',
};

/** As the API takes them. */
export const givenOf = (texts: CertificateTexts) => ({
  authority: texts.authority,
  primary: { certificate: texts['primary.certificate'], key: texts['primary.key'] },
  standby: { certificate: texts['standby.certificate'], key: texts['standby.key'] },
});

export interface OwnCertificatesForm {
  texts: CertificateTexts;
  set: (field: CertificateField, text: string) => void;
  complete: boolean;
  touched: boolean;
  /** Of these texts; null = they were not judged. */
  verdict: CertificatesVerdict | null;
  /** What they are started with; null = nobody has found them good. */
  good: ReturnType<typeof givenOf> | null;
  check: () => void;
  checking: boolean;
  problem: Problem | null;
}

/** Certificates of one's own while they are entered; what was judged is forgotten with the next change. */
export function useOwnCertificates(pairId: string): OwnCertificatesForm {
  const [texts, setTexts] = useState(EMPTY);
  const check = useMutation(useTRPC().change.checkCertificates.mutationOptions());
  const verdict = check.data ?? null;
  return {
    texts,
    set: (field, text) => {
      setTexts((given) => ({ ...given, [field]: text }));
      check.reset();
    },
    complete: CERTIFICATE_FIELDS.every((field) => texts[field].trim() !== ''),
    touched: CERTIFICATE_FIELDS.some((field) => texts[field] !== ''),
    verdict,
    good: verdict !== null && verdict.problems.length === 0 ? givenOf(texts) : null,
    check: () => check.mutate({ pairId, certificates: givenOf(texts) }),
    checking: check.isPending,
    problem: check.error === null ? null : problemOf(check.error),
  };
}
