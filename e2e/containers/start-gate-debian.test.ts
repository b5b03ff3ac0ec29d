import { startGateContract } from './start-gate.contract.ts';

startGateContract('debian');
