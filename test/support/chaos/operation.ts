/** A place in the life of a session: the refresh token by its generation, and which answer to that refresh it came with. */
export interface Issue {
  readonly generation: number;
  /** How many earlier answers were taken for lost, as the access token says (`sid_answer`). */
  readonly answer: number;
}

/** What somebody asked for. Sessions are told apart by number; nobody has to see a token to follow a history. */
export type Request =
  | { readonly do: 'login' }
  /** Shows an access token on a protected route. */
  | { readonly do: 'use'; readonly session: number; readonly shown: Issue }
  | { readonly do: 'refresh'; readonly session: number; readonly presented: number }
  | { readonly do: 'logout'; readonly session: number; readonly shown: Issue }
  | { readonly do: 'logout-all'; readonly session: number; readonly shown: Issue };

/** Tokens that were answered. */
export interface Granted extends Issue {
  readonly session: number;
  /** Number of the refresh token: equal ones have equal numbers. */
  readonly refreshToken: number;
}

/** What came of it. */
export interface Answer {
  /** 0: the connection broke, or there was no answer for so long that it is a hang. */
  readonly status: number;
  /** Whether it says when to return. */
  readonly hasRetryAfter: boolean;
  readonly granted?: Granted;
}

/** One call of the recorded history; instants are milliseconds of one clock. */
export interface Operation {
  readonly user: number;
  readonly instance: number;
  readonly request: Request;
  readonly invokedAt: number;
  readonly completedAt: number;
  readonly answer: Answer;
}

/** When a fault began, and when everything that was under way meanwhile had come to an end. */
export interface FaultSpan {
  readonly name: string;
  readonly beganAt: number;
  readonly settledAt: number;
}

/** All that was seen. */
export interface History {
  readonly operations: readonly Operation[];
  readonly faults: readonly FaultSpan[];
}

/** An answer that says nothing of what was done: what was asked for may have happened, or may still happen. */
export function isUnknown({ answer }: Operation): boolean {
  return answer.status === 503 || answer.status === 0;
}
