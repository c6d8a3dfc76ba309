import { type Attributes, type Histogram, type Span, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { MeasuredAuth } from '../observability/measured.js';
import { around, type Undo, watched } from './around.js';
import type { InstrumentMaker } from './instrument-maker.js';
import { attribute, instruments } from './instruments.js';
import { Tally } from './tally.js';

type Asynchronous<Given extends unknown[], Answer> = (...given: Given) => Promise<Answer>;

/** What is done once per login or refresh: long enough for a span each. */
export class OperationMetrics {
  private readonly logins: Histogram;
  private readonly refreshes: Histogram;
  private readonly tokenRequests: Histogram;
  private readonly verdicts = new Tally((verdict) => ({ [attribute.verdict]: verdict }));

  constructor(
    maker: InstrumentMaker,
    private readonly tracer: Tracer,
  ) {
    this.logins = maker.histogram(instruments.login);
    this.refreshes = maker.histogram(instruments.refresh);
    this.tokenRequests = maker.histogram(instruments.tokenRequest);
    maker.report(instruments.refreshes, this.verdicts.report);
  }

  /** @returns what ends it */
  watch({ tokens, tokenEndpoint, sessions, grantTypeOf, failureOf }: MeasuredAuth): Undo[] {
    const login = { span: 'gatehouse.login', histogram: this.logins, failureOf };
    const undo = [
      around(tokens, 'login', (method) => this.traced(method, login)),
      around(tokens, 'loginAfter', (method) => this.traced(method, login)),
      around(tokens, 'openNamed', (method) => this.traced(method, login)),
      around(tokens, 'refresh', (method) =>
        this.traced(method, { span: 'gatehouse.refresh', histogram: this.refreshes, failureOf }),
      ),
      ...this.watchVerdicts(sessions),
    ];
    if (tokenEndpoint === undefined) return undo;
    const answering = around(tokenEndpoint, 'answer', (method) =>
      this.traced(
        method,
        { span: 'gatehouse.token_request', histogram: this.tokenRequests, failureOf },
        (request) => {
          const type = grantTypeOf(request);
          return type === undefined ? {} : { [attribute.grantType]: type };
        },
      ),
    );
    return [...undo, answering];
  }

  private watchVerdicts(sessions: MeasuredAuth['sessions']): Undo[] {
    const count = (answer: object): void => {
      const verdict: unknown = Reflect.get(answer, 'verdict');
      // What was superseded is asked once more, and a token that may be used has none yet.
      if (typeof verdict === 'string' && verdict !== 'superseded') this.verdicts.add(verdict);
    };
    return [
      around(sessions, 'present', (method) => watched(method, count) as typeof method),
      around(sessions, 'presentAgain', (method) => watched(method, count) as typeof method),
      around(sessions, 'turnOver', (method) => watched(method, count) as typeof method),
    ];
  }

  private traced<Given extends unknown[], Answer>(
    method: Asynchronous<Given, Answer>,
    {
      span: name,
      histogram,
      failureOf,
    }: { readonly span: string; readonly histogram: Histogram } & Pick<MeasuredAuth, 'failureOf'>,
    about: (...given: Given) => Attributes = () => ({}),
  ): Asynchronous<Given, Answer> {
    return (...given) => {
      const attributes = about(...given);
      const startedAt = performance.now();
      return this.tracer.startActiveSpan(name, { attributes }, async (span) => {
        let ending: Attributes = { [attribute.outcome]: 'success' };
        try {
          return await method(...given);
        } catch (error) {
          const { outcome, type } = failureOf(error);
          ending = { [attribute.outcome]: outcome, [attribute.error]: type };
          // Its message stays inside: it may be the host's, and say anything.
          if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          end(span, ending);
          histogram.record((performance.now() - startedAt) / 1000, { ...attributes, ...ending });
        }
      });
    };
  }
}

function end(span: Span, ending: Attributes): void {
  span.setAttributes(ending);
  span.end();
}
