import type { ObservableResult } from '@opentelemetry/api';
import type { MeasuredAuth } from '../observability/measured.js';
import type { Undo } from './around.js';
import type { InstrumentMaker } from './instrument-maker.js';
import { attribute, instruments } from './instruments.js';
import { Tally } from './tally.js';

const STATUSES = ['up', 'degraded', 'down'] as const;

/** How it is doing, asked when metrics are collected, and what has happened. */
export class StateMetrics {
  private readonly events = new Tally((event) => ({ [attribute.event]: event }));

  constructor(private readonly maker: InstrumentMaker) {
    maker.report(instruments.events, this.events.report);
  }

  /** @returns what ends it */
  watch({ events, health, blacklist, keyAgeMs }: MeasuredAuth): Undo[] {
    this.maker.report(instruments.components, async (result) => {
      const { components } = await health.check();
      for (const [name, { status }] of Object.entries(components)) reportStatus(result, name, status);
    });
    // Before the first reading there is no age, nor without a copy.
    this.maker.report(instruments.copyAge, (result) =>
      observeMs(result, blacklist.replicaStatistics()?.ageMs),
    );
    this.maker.report(instruments.keyAge, (result) => observeMs(result, keyAgeMs()));
    return [
      // Alerts cost a store its work, so they are counted where somebody else wants them.
      events.overhear((record) => {
        const { suppressed = 0 } = record as { readonly suppressed?: number };
        this.events.add(record.event, 1 + suppressed);
      }),
    ];
  }
}

function reportStatus(result: ObservableResult, name: string, current: (typeof STATUSES)[number]): void {
  for (const status of STATUSES)
    result.observe(Number(status === current), { [attribute.component]: name, [attribute.status]: status });
}

function observeMs(result: ObservableResult, ageMs: number | undefined): void {
  if (ageMs !== undefined && Number.isFinite(ageMs)) result.observe(ageMs / 1000);
}
