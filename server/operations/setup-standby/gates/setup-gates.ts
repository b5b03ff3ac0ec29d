import type { SetupGate } from './gate.ts';
import { portIsFree, standbyReachesPrimary, primaryReachesStandby } from './network-gates.ts';
import { primaryIsWritable, sameArchitecture, sameMajor, clocksAgree } from './server-gates.ts';
import { localeIsThere, sameLocaleLibrary } from './locale-gate.ts';
import { certificateIsThere, commandLineFits } from './other-kind-gates.ts';
import {
  senderIsFree,
  slotNameIsFree,
  configIsWhereItIsExpected,
  noCommandLineSettings,
  hbaIsReadable,
  rewindIsPossible,
} from './settings-gates.ts';
import { diskIsLargeEnough, targetIsFree, noForeignTablespaces } from './storage-gates.ts';

/** All gates of a new standby, in the order in which people ask. */
export const SETUP_GATES: readonly SetupGate[] = [
  primaryIsWritable,
  sameArchitecture,
  sameMajor,
  sameLocaleLibrary,
  localeIsThere,
  clocksAgree,
  diskIsLargeEnough,
  targetIsFree,
  portIsFree,
  standbyReachesPrimary,
  primaryReachesStandby,
  senderIsFree,
  slotNameIsFree,
  noForeignTablespaces,
  configIsWhereItIsExpected,
  commandLineFits,
  certificateIsThere,
  noCommandLineSettings,
  hbaIsReadable,
  rewindIsPossible,
];
