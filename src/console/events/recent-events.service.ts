import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type AuthEventMap, AuthEvents } from 'nestjs-gatehouse';

/** Any record of an event. */
export type EventRecord = AuthEventMap[keyof AuthEventMap];

/** How many are kept. */
export const KEPT_EVENTS = 200;

/** The last events of this process, for people to look at; an audit log is written elsewhere. */
@Injectable()
export class RecentEvents implements OnModuleInit {
  private readonly records: EventRecord[] = [];

  constructor(private readonly events: AuthEvents) {}

  onModuleInit(): void {
    this.events.onAny((record) => {
      this.records.push(record);
      if (this.records.length > KEPT_EVENTS) this.records.shift();
    });
  }

  /** The newest first. */
  newest(limit = KEPT_EVENTS): readonly EventRecord[] {
    return this.records.slice(-limit).toReversed();
  }
}
