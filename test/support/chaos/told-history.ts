import type { FaultSpan, Issue, Operation, Request } from './operation.js';

/** How a call ended. */
export interface Told {
  readonly status?: number;
  readonly hasRetryAfter?: boolean;
  readonly took?: number;
  /** Generation and number of the answer that were granted, and the refresh token if it isn't the one of that generation. */
  readonly got?: readonly [generation: number, answer: number, refreshToken?: number];
  readonly session?: number;
}

/** One call; it takes 10 ms unless told otherwise. */
function call(at: number, request: Request, usual: number, told: Told): Operation {
  const { status = usual, hasRetryAfter = true, took = 10, got, session = 0 } = told;
  const [generation = 0, answer = 0, refreshToken = session * 100 + generation] = got ?? [];
  const isGranted = got !== undefined || (request.do === 'login' && status === 200);
  const granted = { session, generation, answer, refreshToken };
  return {
    user: 0,
    instance: 0,
    request,
    invokedAt: at,
    completedAt: at + took,
    answer: { status, hasRetryAfter, ...(isGranted && { granted }) },
  };
}

/** What a login answers. */
export const FIRST: Issue = { generation: 0, answer: 0 };
export const issue = (generation: number, answer = 0): Issue => ({ generation, answer });
export const login = (at: number, told: Told = {}) => call(at, { do: 'login' }, 200, told);
export const refresh = (at: number, presented: number, told: Told) =>
  call(
    at,
    { do: 'refresh', session: told.session ?? 0, presented },
    told.got === undefined ? 400 : 200,
    told,
  );
const shows =
  (what: 'use' | 'logout' | 'logout-all', usual: number) =>
  (at: number, shown: Issue = FIRST, told: Told = {}) =>
    call(at, { do: what, session: told.session ?? 0, shown }, usual, told);
export const use = shows('use', 200);
export const logout = shows('logout', 204);
export const logoutAll = shows('logout-all', 204);

export const REFUSED = { status: 401 };
export const AWAY = { status: 503 };
/** While Redis is away, from 100 to 900. */
export const OUTAGE: readonly FaultSpan[] = [{ name: 'killed', beganAt: 100, settledAt: 900 }];
export const AFTER_ALL = 5_000;
