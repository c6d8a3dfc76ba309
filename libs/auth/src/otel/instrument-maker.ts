import type { Histogram, Meter, Observable, ObservableCallback } from '@opentelemetry/api';
import type { Undo } from './around.js';
import type { Instrument } from './instruments.js';

// Those of the conventions, for calls to databases and for requests.
const CALL_BOUNDARIES = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const REQUEST_BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Makes the instruments of one app on its meter, and stops reporting when the app ends. */
export class InstrumentMaker {
  private readonly ends: Undo[] = [];

  constructor(private readonly meter: Meter) {}

  /** For what is recorded when it happens. */
  histogram({ name, unit, description }: Instrument): Histogram {
    const boundaries = name.startsWith('db.') ? CALL_BOUNDARIES : REQUEST_BOUNDARIES;
    return this.meter.createHistogram(name, {
      unit,
      description,
      advice: { explicitBucketBoundaries: boundaries },
    });
  }

  /** For what is read when metrics are collected. */
  report(instrument: Instrument, callback: ObservableCallback): void {
    const observable = this.observable(instrument);
    observable.addCallback(callback);
    this.ends.push(() => observable.removeCallback(callback));
  }

  end(): void {
    for (const end of this.ends.splice(0)) end();
  }

  private observable({ name, kind, unit, description }: Instrument): Observable {
    const options = { unit, description };
    if (kind === 'counter') return this.meter.createObservableCounter(name, options);
    if (kind === 'gauge') return this.meter.createObservableGauge(name, options);
    return this.meter.createObservableUpDownCounter(name, options);
  }
}
