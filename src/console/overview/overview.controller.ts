import { Get } from '@nestjs/common';
import { GatehouseHealth, KeyRotationService } from 'nestjs-gatehouse';
import type { Page } from '../../pages/page.js';
import { ConsoleController } from '../console-routes.js';
import { RecentEvents } from '../events/recent-events.service.js';
import { BlockedClients } from '../limits/blocked-clients.service.js';
import { ByVisitor, type Visitor } from '../visitor.js';
import { healthPage } from './health.page.js';
import { overviewPage } from './overview.page.js';

/** How this process is doing. Nothing here needs Redis to answer. */
@ConsoleController()
export class OverviewController {
  constructor(
    private readonly gatehouse: GatehouseHealth,
    private readonly keys: KeyRotationService,
    private readonly blocked: BlockedClients,
    private readonly events: RecentEvents,
  ) {}

  @Get()
  async show(@ByVisitor() visitor: Visitor): Promise<Page> {
    const now = Date.now();
    return overviewPage(visitor, {
      health: await this.gatehouse.check(),
      keys: this.keys.list(),
      blocked: await this.blocked.count(now),
      events: this.events.newest({ limit: 8 }),
      now,
    });
  }

  @Get('health')
  async health(@ByVisitor() visitor: Visitor): Promise<Page> {
    return healthPage(visitor, await this.gatehouse.check(), Date.now());
  }
}
