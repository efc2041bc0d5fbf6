// The second factor: every request of staff waits until it is passed. It lasts twelve hours; then it is asked for over the
// screen, and what was typed there stays.

import { useEffect, useState } from 'preact/hooks';
import { claims } from '../api/claims.ts';
import { api } from '../api/client.ts';
import { bearer } from '../api/session.ts';

let waiting: { promise: Promise<void>; passed: () => void; given: (error: Error) => void } | null = null;
const listeners = new Set<() => void>();

/** Somebody closed the question: what waited is not done. */
export class FactorRefused extends Error {}

/** What needs no second factor: reading oneself, signing in and the factor itself. */
const OPEN = /^\/v1\/[^/]+(\/(challenges|sessions|me|proof-of-work|staff\/invitations\/accept)(\/.*)?)?$/;

/**
 * From now on requests wait for the second factor. Without this the platform would answer staff whose twelve hours are over
 * as the residents they also are: lists would lack reports and an answer would be a resident's.
 */
export function askFactorFirst() {
  api.use({
    async onRequest({ request }) {
      const path = new URL(request.url).pathname;
      const commune = path.split('/')[2];
      if (!commune || OPEN.test(path)) return;
      const token = await bearer(commune);
      if (!token) return;
      const { raised, staff } = claims(token);
      if (raised || !staff) return;
      await factorPassed();
      request.headers.set('authorization', `Bearer ${await bearer(commune)}`);
      return request;
    },
  });
}

/** Asks, once however many wait; resolves when it is passed. */
export function factorPassed(): Promise<void> {
  if (!waiting) {
    let passed = () => {};
    let given: (error: Error) => void = () => {};
    const promise = new Promise<void>((resolve, reject) => {
      passed = resolve;
      given = reject;
    });
    waiting = { promise, passed, given };
    tell();
  }
  return waiting.promise;
}

/** Ends the question. */
export function endFactor(passed: boolean) {
  const ended = waiting;
  waiting = null;
  tell();
  if (passed) ended?.passed();
  else ended?.given(new FactorRefused('second factor'));
}

function tell() {
  for (const listener of listeners) listener();
}

/** Whether requests wait for the second factor. */
export function useFactorAsked(): boolean {
  const [asked, set] = useState(waiting !== null);
  useEffect(() => {
    const listener = () => set(waiting !== null);
    listeners.add(listener);
    listener();
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return asked;
}
