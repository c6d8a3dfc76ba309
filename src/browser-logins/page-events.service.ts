import { Injectable } from '@nestjs/common';

/** What an event of the pages says: a record of the kind that `AuthEvents` tells of tokens. */
export interface PageEvent {
  readonly event:
    | 'page.login'
    | 'operator.session-ended'
    | 'operator.everything-ended'
    | 'operator.limits-released'
    | 'operator.logins-forgiven';
  readonly time: number;
  readonly outcome: 'success';
  /** Whom it is about. */
  readonly subject?: string | undefined;
  /** Who did it, where that is somebody else. */
  readonly operator?: string;
  readonly address?: string | undefined;
  readonly [fact: string]: unknown;
}

type Told = Omit<PageEvent, 'time' | 'outcome'> & Pick<PageEvent, 'event'>;

/** What happens at the pages of this app and ends or begins no session: who logged in there, and what operators did. */
@Injectable()
export class PageEvents {
  private readonly listeners = new Set<(record: PageEvent) => void>();

  onAny(listener: (record: PageEvent) => void): void {
    this.listeners.add(listener);
  }

  tell(told: Told): void {
    const record: PageEvent = { ...told, event: told.event, time: Date.now(), outcome: 'success' };
    for (const listener of this.listeners) listener(record);
  }
}
