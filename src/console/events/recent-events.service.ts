import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type AuthEventMap, AuthEvents } from 'nestjs-gatehouse';
import { type PageEvent, PageEvents } from '../../browser-logins/page-events.service.js';

/** Any record of an event: of Gatehouse, or of the pages of this app. */
export type EventRecord = AuthEventMap[keyof AuthEventMap] | PageEvent;

type Outcome = EventRecord['outcome'];

/** How many are kept of each outcome: what strangers bring about pushes out no alert and no failure. */
export const KEPT_EVENTS = 200;

/** The last events of this process, for people to look at; an audit log is written elsewhere. */
@Injectable()
export class RecentEvents implements OnModuleInit {
  private readonly records = new Map<Outcome, (readonly [number, EventRecord])[]>();
  private told = 0;

  constructor(
    private readonly events: AuthEvents,
    private readonly pageEvents: PageEvents,
  ) {}

  onModuleInit(): void {
    this.events.onAny((record) => this.keep(record));
    this.pageEvents.onAny((record) => this.keep(record));
  }

  /** The newest first: of one outcome, or of all. */
  newest({
    limit,
    outcome,
  }: { readonly limit?: number; readonly outcome?: Outcome | undefined } = {}): readonly EventRecord[] {
    const kept =
      outcome === undefined ? [...this.records.values()].flat() : (this.records.get(outcome) ?? []);
    return kept
      .toSorted(([one], [other]) => other - one)
      .slice(0, limit)
      .map(([, record]) => record);
  }

  private keep(record: EventRecord): void {
    const kept = this.records.get(record.outcome) ?? [];
    this.records.set(record.outcome, kept);
    kept.push([(this.told += 1), record]);
    if (kept.length > KEPT_EVENTS) kept.shift();
  }
}
