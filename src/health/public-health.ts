import type { HealthReport } from 'nestjs-gatehouse';

type Status = HealthReport['status'];

/** What everybody may know of a report: no reasons, which the log has. */
export class PublicHealth {
  private constructor(
    readonly status: Status,
    readonly components: Readonly<Record<string, Status>>,
  ) {}

  static of({ status, components }: HealthReport, isEnding = false): PublicHealth {
    const statuses = Object.entries(components).map(([name, component]) => [name, component.status] as const);
    return new PublicHealth(isEnding ? 'down' : status, Object.fromEntries(statuses));
  }
}
