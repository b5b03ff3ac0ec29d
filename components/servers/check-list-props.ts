import type { CheckRow } from '#server/domain/server-check.ts';
import type { ServerView } from '#server/services/services.ts';

export interface CheckListProps {
  server: ServerView;
  checking: boolean;
  /** The person has just added the server: begin reading here. */
  focusOnOpen: boolean;
  onRetry: (row: CheckRow) => void;
  onApprove: (fingerprint: string) => void;
  approving: boolean;
}
