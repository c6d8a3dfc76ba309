/** Shorter ones, and texts of few letters, are found in any text by chance. */
const SHORTEST = 12;
const LETTERS = 7;
/** Of what a suite shows and uses: this many of the first and of the last are enough, and a barrage has a hundred thousand of both. */
const MOST = 1_000;

/** Texts and what each is called, each once: the first of them and the last. */
class Kept {
  private readonly first = new Map<string, string>();
  private readonly last = new Map<string, string>();

  add(text: string, name: string): void {
    if (this.first.has(text)) return;
    if (this.first.size < MOST) {
      this.first.set(text, name);
      return;
    }
    this.last.set(text, name);
    const [oldest] = this.last.keys();
    if (this.last.size > MOST && oldest !== undefined) this.last.delete(oldest);
  }

  all(): readonly [text: string, name: string][] {
    return [...this.first, ...this.last];
  }
}

/** The secrets that a suite used, and the texts that anybody may see: none of the first may stand in the second. */
export class SecretWatch {
  private readonly secrets = new Kept();
  private readonly shown = new Kept();
  private readonly sources: (() => [place: string, text: string])[] = [];
  private readonly published = new Set<string>();
  private isOn = false;

  begin(): void {
    this.isOn = true;
  }

  use(name: string, value: unknown): void {
    // What the guards compare of a JWT; its other parts are no secrets by themselves.
    const secret =
      typeof value === 'string' && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(value) ? value.split('.')[2] : value;
    if (!this.isOn || typeof secret !== 'string' || secret.length < SHORTEST) return;
    if (new Set(secret).size < LETTERS) return;
    this.secrets.add(secret, name);
  }

  /** What documents or answers tell anybody is no secret, wherever it is sent. */
  publish(...values: readonly string[]): void {
    for (const value of values) this.published.add(value);
  }

  show(place: string, text: string): void {
    if (this.isOn && text !== '') this.shown.add(text, place);
  }

  /** What is still being written is looked at when the suite is over. */
  showLater(source: () => [place: string, text: string]): void {
    if (this.isOn) this.sources.push(source);
  }

  /** Where which kind of secret stands. */
  leaks(): readonly string[] {
    for (const source of this.sources) this.show(...source());
    const secrets = this.secrets.all().filter(([secret]) => !this.published.has(secret));
    const leaks = new Set<string>();
    for (const [text, place] of this.shown.all())
      for (const [secret, name] of secrets)
        if (text.includes(secret)) leaks.add(`${place} shows a secret that was used as ${name}`);
    return [...leaks];
  }
}

/** Of this process; it sees nothing before `begin()`. */
export const secretWatch = new SecretWatch();
