import { type Attributes, metrics, trace } from '@opentelemetry/api';
import {
  InMemoryMetricExporter,
  AggregationTemporality,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { secretWatch } from './secret-watch/secret-watch.js';

/** One time series: its attributes and its value, which is the count of a histogram. */
export interface Series {
  readonly attributes: Attributes;
  readonly value: number;
}

// Nothing is exported by time: tests ask.
const NEVER_MS = 2 ** 31 - 1;

/** The SDK of a host, whose exporters are the test. */
export class Telemetry {
  private readonly reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
    exportIntervalMillis: NEVER_MS,
    exportTimeoutMillis: NEVER_MS,
  });
  private readonly spanExporter = new InMemorySpanExporter();
  private readonly meters = new MeterProvider({ readers: [this.reader] });
  private readonly tracers = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(this.spanExporter)],
  });

  /** Becomes that of the process, in place of an earlier one. */
  static start(): Telemetry {
    metrics.disable();
    trace.disable();
    const telemetry = new Telemetry();
    metrics.setGlobalMeterProvider(telemetry.meters);
    trace.setGlobalTracerProvider(telemetry.tracers);
    return telemetry;
  }

  async stop(): Promise<void> {
    secretWatch.show('a metric', JSON.stringify(await this.collect()));
    for (const { name, attributes, events, status } of this.spans)
      secretWatch.show(`the span ${name}`, JSON.stringify({ attributes, events, status }));
    await this.meters.shutdown();
    await this.tracers.shutdown();
    metrics.disable();
    trace.disable();
  }

  /** Everything that is measured now. */
  async collect(): Promise<readonly MetricData[]> {
    const { resourceMetrics, errors } = await this.reader.collect();
    if (errors.length > 0) throw new AggregateError(errors, 'metrics could not be collected');
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  }

  /** The time series of one metric. */
  async series(name: string): Promise<readonly Series[]> {
    const metric = (await this.collect()).find(({ descriptor }) => descriptor.name === name);
    return (metric?.dataPoints ?? []).map(({ attributes, value }) => ({
      attributes,
      value: typeof value === 'number' ? value : value.count,
    }));
  }

  /** The sum of all series of a metric that have some attributes. */
  async sum(name: string, having: Attributes = {}): Promise<number> {
    const fitting = (await this.series(name)).filter(({ attributes }) =>
      Object.entries(having).every(([key, value]) => attributes[key] === value),
    );
    return fitting.reduce((sum, { value }) => sum + value, 0);
  }

  get spans(): readonly ReadableSpan[] {
    return this.spanExporter.getFinishedSpans();
  }
}
