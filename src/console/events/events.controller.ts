import { Get, Query } from '@nestjs/common';
import type { Page } from '../../pages/page.js';
import { ConsoleController } from '../console-routes.js';
import { ByVisitor, type Visitor } from '../visitor.js';
import { eventsPage, isOutcome } from './events.page.js';
import { RecentEvents } from './recent-events.service.js';

@ConsoleController('/events')
export class EventsController {
  constructor(private readonly events: RecentEvents) {}

  @Get()
  show(@Query('outcome') wanted: unknown, @ByVisitor() visitor: Visitor): Page {
    const outcome = isOutcome(wanted) ? wanted : undefined;
    return eventsPage(visitor, this.events.newest({ outcome }), { outcome, now: Date.now() });
  }
}
