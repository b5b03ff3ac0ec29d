'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import type { OperationLogLine } from '#server/domain/operation-view.ts';

const PAGE_LINES = 500;
const REFRESH_MS = 1_000;

/** All lines so far: page after page, then what is new while the run goes on. */
export function useRunLog(
  operationId: string,
  active: boolean,
): { lines: OperationLogLine[]; error: unknown } {
  const [lines, setLines] = useState<OperationLogLine[]>([]);
  const afterSeq = lines.at(-1)?.seq ?? 0;
  const page = useQuery(
    useTRPC().operation.log.queryOptions(
      { id: operationId, afterSeq, limit: PAGE_LINES },
      { refetchInterval: active ? REFRESH_MS : false, gcTime: 0, staleTime: 0 },
    ),
  );
  const fresh = page.data?.filter((line) => line.seq > afterSeq) ?? [];
  if (fresh.length > 0) setLines([...lines, ...fresh]);
  return { lines, error: page.error };
}
