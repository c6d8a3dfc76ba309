import { type BeforeApplicationShutdown, Controller, Get, Header, Res } from '@nestjs/common';
import { SkipThrottle } from '@nestjs/throttler';
import { GatehouseHealth, Public } from 'nestjs-gatehouse';
import { PublicHealth } from './public-health.js';

const RETRY_AFTER_SECONDS = '5';

/** What both platforms can do with an answer. */
interface Answer {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
}

/** Probes of an orchestrator: without a token, and without a limit, since all of them come from one address. */
@Public()
@SkipThrottle()
@Controller('health')
export class HealthController implements BeforeApplicationShutdown {
  private isEnding = false;

  constructor(private readonly gatehouse: GatehouseHealth) {}

  beforeApplicationShutdown(): void {
    this.isEnding = true;
  }

  /** Whether the process serves requests. It asks nobody: a new process would not repair Redis. */
  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { readonly status: 'up' } {
    return { status: 'up' };
  }

  /** Whether requests are worth sending here: 503 while they would be answered 503 anyway, and while the app ends. */
  @Get('ready')
  @Header('Cache-Control', 'no-store')
  async ready(@Res({ passthrough: true }) answer: Answer): Promise<PublicHealth> {
    const health = PublicHealth.of(await this.gatehouse.check(), this.isEnding);
    if (health.status === 'down') {
      answer.status(503);
      answer.header('Retry-After', RETRY_AFTER_SECONDS);
    }
    return health;
  }
}
