'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import type { NodeView, PairView } from '#server/services/services.ts';

/** Two servers write, and only a person can know whose data shall stay: either can be fenced off. */
export function FenceChoice({ pair }: { pair: PairView }) {
  const t = useTranslations('pair.fence');
  const [chosen, setChosen] = useState<NodeView | null>(null);
  const nodes = [pair.primary, pair.standby].toSorted((a, b) => a.serverName.localeCompare(b.serverName));
  const kept = nodes.find((node) => node !== chosen);
  return (
    <>
      {nodes.map((node) => (
        <Button key={node.instanceId} variant="danger" onClick={() => setChosen(node)}>
          {t('choose', { server: node.serverName })}
        </Button>
      ))}
      {chosen !== null && (
        <FenceDialog
          pairId={pair.id}
          node={chosen}
          kept={kept?.serverName ?? ''}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}

interface FenceDialogProps {
  pairId: string;
  node: NodeView;
  kept: string;
  onClose: () => void;
}

function FenceDialog({ pairId, node, kept, onClose }: FenceDialogProps) {
  const t = useTranslations('pair.fence');
  const router = useRouter();
  const [typed, setTyped] = useState('');
  const server = node.serverName;
  const fence = useMutation(
    useTRPC().change.fence.mutationOptions({
      onSuccess: (operationId) => router.push(`/operations/${operationId}`),
    }),
  );
  const matches = typed.trim() === server;
  const busy = fence.isPending || fence.isSuccess;
  const go = () => {
    if (matches && !busy) fence.mutate({ pairId, instanceId: node.instanceId, confirmation: typed.trim() });
  };
  return (
    <ConfirmDialog
      open
      title={t('title', { server })}
      action={t('confirm', { server })}
      busy={busy}
      blocked={!matches}
      failure={fence.error}
      onClose={onClose}
      onConfirm={go}
    >
      <p>{t('effect', { server, kept })}</p>
      <TextField
        label={t('type', { server })}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) go();
        }}
      />
    </ConfirmDialog>
  );
}
