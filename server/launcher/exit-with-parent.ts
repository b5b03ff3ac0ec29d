/**
 * Loaded into each child (`node --import`): a child whose launcher is gone, also by kill -9, stops
 * as if it had been told to. Otherwise it would keep its port and its leases.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
