import { MemoryStore } from './memory-store.ts';
import { TestClock } from './test-clock.ts';
import { operationStoreContract } from './contract/operation-store.contract.ts';

const clock = new TestClock();
const store = new MemoryStore(clock);

operationStoreContract('memory', () => ({ store, elapse: (ms) => clock.sleep(ms) }));
