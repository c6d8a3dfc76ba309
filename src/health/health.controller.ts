import { Controller, Get } from '@nestjs/common';
import { Public } from 'nestjs-gatehouse';

@Public()
@Controller('health')
export class HealthController {
  /** Answers while the process serves requests. */
  @Get()
  health(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
