import type { AuthError } from '../../kernel/auth-error.js';
import { quotaExceeded } from '../quota-exceeded.js';
import {
  isAdmitted,
  type SlidingWindowStore,
  type WindowHit,
  type WindowVerdict,
} from '../sliding-window/sliding-window.store.js';
import type { CredentialThrottleSettings } from './credential-throttle.settings.js';
import {
  accountKey,
  type CredentialWindows,
  credentialWindows,
  hitsOfGroup,
  type WindowGroup,
} from './credential-windows.js';

/** Units were taken for an attempt. */
export interface TakenUnits {
  readonly outcome: 'taken';
  readonly groups: readonly WindowGroup[];
  readonly known: WindowHit | undefined;
}

/** A budget is used up; nothing was taken. */
export interface UsedUp {
  readonly outcome: 'used-up';
  readonly error: AuthError;
  /** Key of what refused where attempts in flight may still give units back; `undefined`: waiting changes nothing. */
  readonly mayClear: string | undefined;
}

/** The answer of one group. */
interface GroupAnswer {
  readonly group: WindowGroup;
  readonly hits: readonly WindowHit[];
  readonly verdicts: readonly WindowVerdict[];
}

/** Takes units of the failure budgets, and gives them back. */
export class FailureBudgets {
  constructor(
    private readonly settings: CredentialThrottleSettings,
    private readonly windows: SlidingWindowStore,
  ) {}

  /** Takes a unit of each budget, or of none. @throws AuthError `store_unavailable` */
  async take(account: string, address: string | undefined): Promise<TakenUnits | UsedUp> {
    const windows = await this.windowsOf(account, address);
    const { ofAddress, ofAccount, known } = windows;
    const groups = ofAddress === undefined ? [ofAccount] : [ofAddress, ofAccount];
    const answers = await this.ask(groups);
    if (answers.every(isTaken)) return { outcome: 'taken', groups, known };
    const asKnown = await this.takeAsKnown(windows, answers);
    if (asKnown !== undefined) return { outcome: 'taken', groups: asKnown, known };
    await this.giveBack(answers.filter(isTaken).map(({ group }) => group));
    return refusal(answers.filter((answer) => !isTaken(answer)));
  }

  /** Gives all units back: the attempt was no failure. */
  async giveBack(groups: readonly WindowGroup[]): Promise<void> {
    await Promise.all(groups.flatMap(hitsOfGroup).map((hit) => this.windows.reward(hit, 1)));
  }

  /** Leaves the units spent: the attempt was a failure, and isn't in flight any more. */
  async keep(groups: readonly WindowGroup[]): Promise<void> {
    await Promise.all(groups.map(({ inFlight }) => this.windows.reward(inFlight, 1)));
  }

  /** Remembers that somebody logged in from an address. */
  async remember(known: WindowHit | undefined): Promise<void> {
    if (known !== undefined) await this.windows.hit([known]);
  }

  /** Forgets the failures from one address. */
  async forget(account: string, address: string): Promise<void> {
    const { ofPair } = await this.windowsOf(account, address);
    await Promise.all(ofPair.budgets.map((window) => this.windows.reset(window)));
  }

  private async windowsOf(account: string, address: string | undefined): Promise<CredentialWindows> {
    const generation = await this.windows.generation(accountKey(account));
    return credentialWindows({ account, address, generation }, this.settings);
  }

  private async ask(groups: readonly WindowGroup[]): Promise<readonly GroupAnswer[]> {
    const hits = groups.map(hitsOfGroup);
    const verdicts = await this.windows.hit(hits.flat());
    let from = 0;
    return groups.map((group, index) => {
      const ofGroup = hits[index]!;
      return { group, hits: ofGroup, verdicts: verdicts.slice(from, (from += ofGroup.length)) };
    });
  }

  /** Guesses from many machines must not lock the owner out: a known address needs no room in the account's budget. */
  private async takeAsKnown(
    { ofAddress, ofPair, known }: CredentialWindows,
    answers: readonly GroupAnswer[],
  ): Promise<readonly WindowGroup[] | undefined> {
    const [address, account] = answers;
    if (ofAddress === undefined || known === undefined || !isTaken(address!)) return undefined;
    const pairs = account!.verdicts.slice(0, ofPair.budgets.length);
    if (!isAdmitted(ofPair.budgets, pairs)) return undefined;
    if ((await this.windows.peek(known, known.windowMs)).used === 0) return undefined;
    const [again] = await this.ask([ofPair]);
    return isTaken(again!) ? [ofAddress, ofPair] : undefined;
  }
}

function isTaken({ hits, verdicts }: GroupAnswer): boolean {
  return isAdmitted(hits, verdicts);
}

function refusal(refused: readonly GroupAnswer[]): UsedUp {
  const hits = refused.flatMap((answer) => answer.hits);
  const verdicts = refused.flatMap((answer) => answer.verdicts);
  return {
    outcome: 'used-up',
    error: quotaExceeded(hits, verdicts, () => 'credentials'),
    mayClear: refused.every(hasOthersInFlight) ? refused[0]?.group.key : undefined,
  };
}

/** Whether attempts that hold units of the group aren't decided yet; the last verdict is that of `inFlight`. */
function hasOthersInFlight({ verdicts }: GroupAnswer): boolean {
  const inFlight = verdicts.at(-1);
  return inFlight?.outcome === 'uncounted' && (inFlight.used ?? 0) > 0;
}
