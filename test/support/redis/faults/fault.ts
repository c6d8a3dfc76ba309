import type { Stage, StageKind } from './stage.js';

/** One thing that happens to a Redis: it begins, lasts, and ends. */
export interface Fault {
  readonly name: string;
  /** The stages it can happen on. */
  readonly media: readonly StageKind[];
  /** Resolves once it can be felt. */
  begin(stage: Stage): Promise<void>;
  /** Resolves once a new client would be served as before; those there are may need longer. */
  end(stage: Stage): Promise<void>;
}
