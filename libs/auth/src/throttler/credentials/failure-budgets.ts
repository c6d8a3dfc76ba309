import { LRUCache } from 'lru-cache';
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

// Accounts whose failures were forgiven; the others have no generation.
const MAX_GENERATIONS = 10_000;

/** Takes units of the failure budgets, and gives them back. */
export class FailureBudgets {
  /** The generations that this process knows: a guess, which the store corrects in the same question. */
  private readonly generations = new LRUCache<string, string>({ max: MAX_GENERATIONS });

  constructor(
    private readonly settings: CredentialThrottleSettings,
    private readonly windows: SlidingWindowStore,
  ) {}

  /** Takes a unit of each budget, or of none. @throws AuthError `store_unavailable` */
  async take(account: string, address: string | undefined): Promise<TakenUnits | UsedUp> {
    const { windows, answers } = await this.askAll(account, address);
    const { known } = windows;
    if (answers.every(isTaken)) return { outcome: 'taken', groups: groupsOf(windows), known };
    const asKnown = await this.takeAsKnown(windows, answers);
    if (asKnown !== undefined) return { outcome: 'taken', groups: asKnown, known };
    await this.giveBack(takenOf(answers));
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

  /**
   * Asks all groups under the generation that is expected, and in the same question which one it is. What the account's windows of
   * another generation answer is no answer: their failures were forgiven.
   */
  private async askAll(
    account: string,
    address: string | undefined,
  ): Promise<{ readonly windows: CredentialWindows; readonly answers: readonly GroupAnswer[] }> {
    const key = accountKey(account);
    const expected = this.generations.get(key) ?? '';
    const windows = credentialWindows({ account, address, generation: expected }, this.settings);
    const asked = this.windows.generation(key);
    const answers = await this.askEach(groupsOf(windows), { along: asked });
    const generation = await asked;
    if (generation === expected) return { windows, answers };
    this.generations.set(key, generation);
    const renewed = credentialWindows({ account, address, generation }, this.settings);
    const [ofAccount, ...held] = answers.toReversed();
    const [again] = await Promise.all([
      this.askEach([renewed.ofAccount], { held }),
      this.giveBack(takenOf([ofAccount!])),
    ]);
    return { windows: renewed, answers: [...held, ...again] };
  }

  /**
   * The answers of all groups, or of none: where one server of several is away, what others counted was for nothing.
   * @param along asked at the same time
   * @param held answers of before, which are for nothing then as well
   */
  private async askEach(
    groups: readonly WindowGroup[],
    { along, held = [] }: { along?: Promise<unknown>; held?: readonly GroupAnswer[] },
  ): Promise<readonly GroupAnswer[]> {
    const [asked, [other]] = await Promise.all([
      Promise.allSettled(groups.map((group) => this.ask(group))),
      Promise.allSettled([along]),
    ]);
    const answers = asked.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    const failed = [...asked, other].find((each) => each.status === 'rejected');
    if (failed === undefined) return answers;
    await this.giveBack(takenOf([...held, ...answers])).catch(() => {});
    throw failed.reason;
  }

  private async ask(group: WindowGroup): Promise<GroupAnswer> {
    const hits = hitsOfGroup(group);
    return { group, hits, verdicts: await this.windows.hit(hits) };
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
    return isTaken(await this.ask(ofPair)) ? [ofAddress, ofPair] : undefined;
  }
}

function groupsOf({ ofAddress, ofAccount }: CredentialWindows): readonly WindowGroup[] {
  return ofAddress === undefined ? [ofAccount] : [ofAddress, ofAccount];
}

function takenOf(answers: readonly GroupAnswer[]): readonly WindowGroup[] {
  return answers.filter(isTaken).map(({ group }) => group);
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
