import type { HostWishRequest } from '#server/services/services.ts';

/** The form as it is typed. */
export interface WishDraft {
  postgresql: 'none' | 'distribution' | 'pgdg';
  majorVersion: string;
  docker: 'none' | 'distribution' | 'docker';
  account: string;
  dockerGroup: boolean;
  /** One per line: path:owner:mode. */
  directories: string;
  /** Id of the other node; empty = no rule. */
  peerId: string;
  /** Its address, where it is not the one that Tandem has; empty = that one. */
  address: string;
  port: string;
}

export const EMPTY_WISH: WishDraft = {
  postgresql: 'none',
  majorVersion: '15',
  docker: 'none',
  account: '',
  dockerGroup: false,
  directories: '',
  peerId: '',
  address: '',
  port: '5432',
};

export type WishField = 'majorVersion' | 'account' | 'directories' | 'address' | 'port' | 'nothing';

const DIRECTORY = /^((?:\/[^/:]+){2,}):([a-z_][a-z0-9_-]{0,30}):(0?[0-7]{3})$/;
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+)$/;

/** The wish, or the fields that keep it from being one. */
export function wishOf(draft: WishDraft): { wish: HostWishRequest } | { wrong: WishField[] } {
  const major = wholeNumber(draft.majorVersion, 13, 40);
  const port = wholeNumber(draft.port, 1, 65_535);
  const lines = draft.directories.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  const parsed = lines.map((line) => DIRECTORY.exec(line));
  const [account, address] = [draft.account.trim(), draft.address.trim()];
  const nothing =
    draft.postgresql === 'none' &&
    draft.docker === 'none' &&
    account === '' &&
    lines.length === 0 &&
    draft.peerId === '';
  const checks: [WishField, boolean][] = [
    ['majorVersion', draft.postgresql !== 'none' && major === null],
    ['account', account !== '' && (account === 'root' || !/^[a-z_][a-z0-9_-]{0,30}$/.test(account))],
    ['directories', parsed.includes(null)],
    ['address', draft.peerId !== '' && address !== '' && !ADDRESS.test(address)],
    ['port', draft.peerId !== '' && port === null],
    ['nothing', nothing],
  ];
  const wrong = checks.flatMap(([field, bad]) => (bad ? [field] : []));
  if (wrong.length > 0) return { wrong };
  return {
    wish: {
      postgresql:
        draft.postgresql === 'none' || major === null
          ? null
          : { majorVersion: major, source: draft.postgresql },
      docker: draft.docker === 'none' ? null : { source: draft.docker },
      account: account === '' ? null : { name: account, dockerGroup: draft.dockerGroup },
      directories: parsed.flatMap((match) => {
        const [, path, owner, mode] = match ?? [];
        return path === undefined || owner === undefined || mode === undefined ? [] : [{ path, owner, mode }];
      }),
      firewall:
        draft.peerId === '' || port === null
          ? null
          : { port, serverId: draft.peerId, address: address === '' ? null : address },
    },
  };
}

function wholeNumber(text: string, min: number, max: number): number | null {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : null;
}
