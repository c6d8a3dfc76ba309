import { type FaultSpan, isUnknown, type Operation } from './operation.js';
import {
  joined,
  keyOf,
  type Outcome,
  type SessionTerms,
  type SessionWorld,
  type Span,
  type Step,
  turnsOf,
  UNBORN,
} from './session-world.js';

/** What nobody answered for may be done so much later than its 503. */
const LATE_MS = 1_000;

/** An operation as one session sees it. */
interface Event {
  readonly operation: Operation;
  readonly step: Step;
  /** `undefined`: nobody knows. */
  readonly outcome: Outcome | undefined;
  /** Until when it may take effect. */
  readonly until: number;
}

/** What may have happened so far: the session, and which of the operations under way have taken effect. */
interface Possibility {
  readonly world: SessionWorld;
  readonly done: ReadonlySet<Event>;
}

/** The operation that nothing explains, and what the session might have been like before it. */
export interface Unexplained {
  readonly operation: Operation;
  readonly worlds: readonly SessionWorld[];
}

/**
 * Looks for an order of the operations on one session that the model allows: each takes effect at one instant between
 * its invocation and its answer, and what had no answer takes effect once, later, or never.
 * @returns the first operation for which there is none
 */
export function explainSession(
  session: number,
  operations: readonly Operation[],
  faults: readonly FaultSpan[],
  terms: SessionTerms,
): Unexplained | undefined {
  const events = eventsOf(session, operations, faults);
  const underWay = new Set<Event>();
  let possible = new Map<string, Possibility>([['', { world: UNBORN, done: new Set() }]]);
  let from = Number.NEGATIVE_INFINITY;
  for (const { at, event, isInvocation } of instantsOf(events)) {
    possible = closure(possible, underWay, { from, to: at }, terms);
    from = at;
    if (isInvocation) {
      underWay.add(event);
      continue;
    }
    underWay.delete(event);
    const before = possible;
    possible = settled(possible, event);
    if (possible.size === 0) return { operation: event.operation, worlds: worldsOf(before) };
  }
  return undefined;
}

interface Instant {
  readonly at: number;
  readonly event: Event;
  readonly isInvocation: boolean;
}

function instantsOf(events: readonly Event[]): readonly Instant[] {
  const instants = events.flatMap((event): Instant[] => [
    { at: event.operation.invokedAt, event, isInvocation: true },
    { at: event.until, event, isInvocation: false },
  ]);
  return instants.sort((a, b) => a.at - b.at || Number(b.isInvocation) - Number(a.isInvocation));
}

/** All that may be, once any of the operations under way may have taken effect. */
function closure(
  possible: ReadonlyMap<string, Possibility>,
  underWay: ReadonlySet<Event>,
  at: Span,
  terms: SessionTerms,
): Map<string, Possibility> {
  const found = new Map<string, Possibility>();
  const toFollow: Possibility[] = [];
  const reach = (next: Possibility): void => {
    const key = `${keyOf(next.world)} ${[...underWay].map((event) => Number(next.done.has(event))).join('')}`;
    const known = found.get(key);
    const world = known === undefined ? next.world : joined(known.world, next.world);
    if (known !== undefined && isSame(known.world, world)) return;
    found.set(key, { world, done: next.done });
    toFollow.push({ world, done: next.done });
  };
  for (const each of possible.values()) reach(each);
  for (let each = toFollow.pop(); each !== undefined; each = toFollow.pop())
    for (const event of underWay) {
      if (each.done.has(event)) continue;
      for (const { outcome, world } of turnsOf(each.world, event.step, at, terms))
        if (event.outcome === undefined ? world !== each.world : fits(outcome, event.outcome))
          reach({ world, done: new Set([...each.done, event]) });
    }
  return found;
}

/** What is left when an operation has come to its end: where it has taken effect, or nobody knows whether it has. */
function settled(possible: ReadonlyMap<string, Possibility>, event: Event): Map<string, Possibility> {
  const left = [...possible.values()].filter(({ done }) => event.outcome === undefined || done.has(event));
  const without = (done: ReadonlySet<Event>): ReadonlySet<Event> =>
    new Set([...done].filter((each) => each !== event));
  return new Map(left.map(({ world, done }, place) => [String(place), { world, done: without(done) }]));
}

function isSame(one: SessionWorld, other: SessionWorld): boolean {
  return (['rotatedAt', 'since'] as const).every(
    (name) => one[name].from === other[name].from && one[name].to === other[name].to,
  );
}

function fits(outcome: Outcome, seen: Outcome): boolean {
  if (typeof seen === 'string' || typeof outcome === 'string') return outcome === seen;
  return outcome.generation === seen.generation && outcome.answer === seen.answer;
}

function worldsOf(possible: ReadonlyMap<string, Possibility>): readonly SessionWorld[] {
  return [...new Map([...possible.values()].map(({ world }) => [keyOf(world), world])).values()];
}

function eventsOf(
  session: number,
  operations: readonly Operation[],
  faults: readonly FaultSpan[],
): readonly Event[] {
  const events = operations.flatMap((operation) =>
    stepsOf(session, operation).map((step) => ({
      operation,
      step,
      outcome: outcomeOf(operation, step),
      until: isUnknown(operation) ? latestEffect(operation, faults) : operation.completedAt,
    })),
  );
  return withoutRepetition(events);
}

/**
 * Clients try on and on during a fault. What is done a second time changes nothing, but that a second refresh may take
 * the answer to the first one for lost.
 */
function withoutRepetition(events: readonly Event[]): readonly Event[] {
  const counts = new Map<string, number>();
  return events.filter(({ step, outcome, until }) => {
    if (outcome !== undefined) return true;
    const name = JSON.stringify([step, until]);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count <= (step.do === 'refresh' ? 2 : 1);
  });
}

/** What an operation is for one session. */
function stepsOf(session: number, operation: Operation): readonly Step[] {
  const { request, answer } = operation;
  if (request.do === 'login') return answer.granted?.session === session ? [{ do: 'login' }] : [];
  if (request.session !== session) {
    const endsAll = request.do === 'logout-all' && answer.status !== 401;
    return endsAll ? [{ do: 'end' }] : [];
  }
  if (request.do === 'refresh') return [{ do: 'refresh', presented: request.presented }];
  const { shown } = request;
  if (request.do === 'use') return [{ do: 'use', shown }];
  // The token is looked at first, and that may be all that was done.
  const looksAt: readonly Step[] = isUnknown(operation) ? [{ do: 'use', shown }] : [];
  return [...looksAt, { do: 'logout', shown }];
}

function outcomeOf(operation: Operation, step: Step): Outcome | undefined {
  const { status, granted } = operation.answer;
  if (isUnknown(operation)) return undefined;
  if (status === 400 || status === 401) return 'refused';
  return step.do === 'refresh' ? granted! : 'done';
}

/** What was sent before a server hung is done when it goes on; what it has done by the time all is well again is all. */
export function latestEffect({ invokedAt, completedAt }: Operation, faults: readonly FaultSpan[]): number {
  const during = faults.filter(({ beganAt, settledAt }) => beganAt <= completedAt && settledAt >= invokedAt);
  return Math.max(completedAt, ...during.map(({ settledAt }) => settledAt)) + LATE_MS;
}
