import { expect, test } from 'vitest';
import { Semaphore } from './semaphore.ts';

const never = new AbortController().signal;

test('serves waiters in order and never more holders than places', async () => {
  const semaphore = new Semaphore(2);
  const order: number[] = [];
  let most = 0;
  const work = Array.from({ length: 6 }, async (_, n) => {
    const release = await semaphore.acquire(never);
    order.push(n);
    most = Math.max(most, semaphore.held);
    await Promise.resolve();
    release();
  });
  await Promise.all(work);
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toBe(2);
  expect(semaphore.held).toBe(0);
});

test('a waiter that gives up takes no place', async () => {
  const semaphore = new Semaphore(1);
  const release = await semaphore.acquire(never);
  const controller = new AbortController();
  const waiting = semaphore.acquire(controller.signal);
  controller.abort(new Error('gave up'));
  await expect(waiting).rejects.toThrow('gave up');
  release();
  expect(semaphore.held).toBe(0);
  (await semaphore.acquire(never))();
});

test('a lower limit takes effect as places are given back', async () => {
  const semaphore = new Semaphore(3);
  const releases = await Promise.all([1, 2, 3].map(() => semaphore.acquire(never)));
  semaphore.limit(1);
  let entered = false;
  const waiting = semaphore.acquire(never).then((release) => {
    entered = true;
    return release;
  });
  releases[0]?.();
  releases[1]?.();
  await Promise.resolve();
  expect(entered).toBe(false);
  releases[2]?.();
  (await waiting)();
  expect(semaphore.held).toBe(0);
});
