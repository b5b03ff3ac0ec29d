'use client';

import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { GateList } from '#components/plan/gate-list.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import type { NetworkLook, ShutDoor } from '#server/domain/network-look.ts';
import type { GateResult } from '#server/domain/plan.ts';

export interface NetworkFindingsProps {
  look: NetworkLook;
  /** The server's present; null while the server renders. */
  nowMs: number | null;
}

/** What was found of the network, each shut way with the page that opens it. */
export function NetworkFindings({ look, nowMs }: NetworkFindingsProps) {
  const t = useTranslations('network');
  const text = useText();
  return (
    <div className="space-y-3">
      <GateList
        gates={look.gates}
        nowMs={nowMs}
        heading={{ id: 'network-findings', title: t('findings') }}
        remedy={(gate) => <Remedy look={look} gate={gate} />}
      />
      {look.later.length > 0 && (
        <div className="text-sm text-ink-soft">
          <p>{t('later')}</p>
          <ul className="list-disc space-y-1 pl-5">
            {look.later.map((sentence) => (
              <li key={sentence.en}>{text(sentence)}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Remedy({ look, gate }: { look: NetworkLook; gate: GateResult }) {
  const t = useTranslations('network');
  const door = look.doors.find((each) => each.from === gate.server);
  if (door === undefined || gate.code !== rowOf(look, door)) return null;
  return (
    <div className="pt-2 pb-1">
      <ButtonLink href={preparePath(door)}>{t('prepare', { server: door.serverName })}</ButtonLink>
    </div>
  );
}

/** The row that says most of what stands in the way. */
function rowOf({ gates }: NetworkLook, door: ShutDoor): string {
  const firewall = gates.some(
    (gate) => gate.code === 'network-firewall' && gate.server === door.from && gate.state !== 'ok',
  );
  return firewall ? 'network-firewall' : 'network-port';
}

function preparePath({ serverId, peerId, address, port }: ShutDoor): string {
  const asked = new URLSearchParams({ peer: peerId, port: String(port) });
  if (address !== null) asked.set('address', address);
  return `/servers/${serverId}/prepare?${asked.toString()}`;
}
