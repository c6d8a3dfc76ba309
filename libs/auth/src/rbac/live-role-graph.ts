import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { isReview } from '../configuration/access-review.js';
import type { AuthEvents } from '../kernel/auth-events.js';
import { digest } from '../kernel/opaque.js';
import type { AccessDefinition } from './graph/access-definition.js';
import { Coalesced } from './coalesced.js';
import { RoleGraph } from './graph/role-graph.js';
import { Retries } from './retries.js';
import type { RbacSettings } from './rbac.settings.js';
import type { RoleGraphSignal } from './role-source.js';

/** What came of a reload: a new graph is in force, nothing had changed, or the last good graph stays. */
type ReloadOutcome =
  | { readonly verdict: 'reloaded'; readonly revision: number }
  | { readonly verdict: 'unchanged'; readonly revision: number }
  | { readonly verdict: 'rejected'; readonly revision: number; readonly error: unknown };

/** Health of the role graph: `degraded` means that the last reload failed and an older graph is in force. */
type RoleGraphHealth = {
  readonly status: 'up' | 'degraded';
  /** Counts the graphs this process has had, from 1. */
  readonly revision: number;
  /** Message of the failure, when degraded. */
  readonly failure: string | undefined;
  /** When reloads began to fail, epoch in milliseconds, when degraded. */
  readonly since: number | undefined;
  /** Lookups of role names the graphs didn't know. */
  readonly unknownRolesSeen: number;
};

/**
 * Holds the graph in force. A reload builds and checks the next graph first and then replaces one reference, so a check
 * sees the old graph or the new one, never a mixture. A definition that can't be loaded or compiled changes nothing.
 */
@Injectable()
export class LiveRoleGraph implements OnApplicationShutdown {
  /**
   * The graph in force: take it once per decision and keep it until the decision is made. A field and no getter, because
   * every request reads it; only {@link install} writes it.
   */
  readonly current: RoleGraph;
  private readonly logger = new Logger('Gatehouse');
  private fingerprint: string;
  private readonly required = new Set<string>();
  private revision = 1;
  private failure: string | undefined;
  private failingSince: number | undefined;
  private unknownBefore = 0;
  private readonly loads = new Coalesced(() => this.load());
  /** A signal comes only once: without another try this instance, or all others, would stay behind what is stored. */
  private readonly reloads = new Retries(() => this.reload());
  private readonly signals = new Retries(() => this.tellOthers());
  private unwatch: (() => void) | undefined;

  /**
   * Loads the first graph. @throws AccessDefinitionError, or whatever the source rejects with: either stops the boot
   * @internal
   */
  static async start(
    settings: RbacSettings,
    events: AuthEvents,
    signal?: RoleGraphSignal,
  ): Promise<LiveRoleGraph> {
    const definition = settings.source === undefined ? settings.definition : await settings.source.load();
    const live = new LiveRoleGraph(definition, settings, events, signal);
    // What is looked at once hears of no changes, and opens no connection for that.
    if (!isReview()) live.follow();
    return live;
  }

  private constructor(
    definition: AccessDefinition,
    private readonly settings: RbacSettings,
    private readonly events: AuthEvents,
    private readonly signal?: RoleGraphSignal,
  ) {
    this.current = RoleGraph.compile(definition, settings);
    this.fingerprint = fingerprintOf(this.current);
  }

  /** Makes the columns of permissions that will be asked for; later graphs have them from the start. */
  prepare(permissions: Iterable<string>): void {
    for (const permission of permissions) this.required.add(permission);
    this.current.prepare(this.required);
  }

  /** Loads the stored definition anew and, if that changed the graph, has all other instances do the same. Never rejects. */
  async reload(): Promise<ReloadOutcome> {
    const outcome = await this.loads.run();
    if (outcome.verdict === 'reloaded') await this.tellOthers();
    return outcome;
  }

  health(): RoleGraphHealth {
    return {
      status: this.failure === undefined ? 'up' : 'degraded',
      revision: this.revision,
      failure: this.failure,
      since: this.failingSince,
      unknownRolesSeen: this.unknownBefore + this.current.unknownRolesSeen,
    };
  }

  onApplicationShutdown(): void {
    this.reloads.end();
    this.signals.end();
    this.unwatch?.();
    this.signal?.close();
  }

  private follow(): void {
    const { source } = this.settings;
    if (source === undefined) return;
    if (source.watch !== undefined) {
      this.unwatch = source.watch(() => void this.reload());
      // A change between the first load and `watch()` would go unnoticed.
      void this.loads.run();
    }
    this.signal?.follow(() => void this.loads.run());
  }

  private async load(): Promise<ReloadOutcome> {
    const { source, definition, maxColumns } = this.settings;
    try {
      const stored = source === undefined ? definition : await source.load();
      return this.install(RoleGraph.compile(stored, { maxColumns, required: this.required }));
    } catch (error) {
      return this.reject(error);
    }
  }

  private install(next: RoleGraph): ReloadOutcome {
    this.failure = this.failingSince = undefined;
    this.reloads.succeeded();
    const fingerprint = fingerprintOf(next);
    if (fingerprint === this.fingerprint) return { verdict: 'unchanged', revision: this.revision };
    this.unknownBefore += this.current.unknownRolesSeen;
    (this as { current: RoleGraph }).current = next;
    this.fingerprint = fingerprint;
    this.revision++;
    this.events.emit('roles.reloaded', { revision: this.revision, roles: next.roles.length });
    this.logger.log(`role graph ${this.revision} is in force (${next.roles.length} roles)`);
    return { verdict: 'reloaded', revision: this.revision };
  }

  private reject(error: unknown): ReloadOutcome {
    this.failure = messageOf(error);
    this.failingSince ??= Date.now();
    this.events.emit('roles.reload_failed', { revision: this.revision, error: this.failure });
    this.logger.error(
      `the role graph was not reloaded, revision ${this.revision} stays in force: ${this.failure}`,
    );
    this.reloads.failed();
    return { verdict: 'rejected', revision: this.revision, error };
  }

  /** Whoever isn't told would go on granting what is granted no more. */
  private async tellOthers(): Promise<void> {
    try {
      await this.signal?.send();
      if (this.signals.areDue) this.logger.log('other instances were notified of the new role graph');
      this.signals.succeeded();
    } catch (error) {
      if (!this.signals.areDue)
        this.logger.warn(
          `other instances could not be notified of the new role graph, which is tried again: ${messageOf(error)}`,
        );
      this.signals.failed();
    }
  }
}

function fingerprintOf(graph: RoleGraph): string {
  return digest(JSON.stringify(graph));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
