/** Shorter ones, and texts of few letters, are found in any text by chance. */
const SHORTEST = 12;
const LETTERS = 7;
/** Of what a suite shows and uses: the first and the last of it are enough, and a barrage has a hundred thousand of both. */
const MOST = 4_000;

/** The secrets that a suite used, and the texts that anybody may see: none of the first may stand in the second. */
export class SecretWatch {
  private readonly secrets = new Map<string, string>();
  private readonly shown = new Map<string, string>();
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
    keep(this.secrets, secret, name);
  }

  /** What documents or answers tell anybody is no secret, wherever it is sent. */
  publish(...values: readonly string[]): void {
    for (const value of values) this.published.add(value);
  }

  show(place: string, text: string): void {
    if (this.isOn && text !== '') keep(this.shown, text, place);
  }

  /** What is still being written is looked at when the suite is over. */
  showLater(source: () => [place: string, text: string]): void {
    if (this.isOn) this.sources.push(source);
  }

  /** Where which kind of secret stands. */
  leaks(): readonly string[] {
    for (const source of this.sources) this.show(...source());
    const secrets = [...this.secrets].filter(([secret]) => !this.published.has(secret));
    const leaks = new Set<string>();
    for (const [text, place] of this.shown)
      for (const [secret, name] of secrets)
        if (text.includes(secret)) leaks.add(`${place} shows a secret that was used as ${name}`);
    return [...leaks];
  }
}

function keep(map: Map<string, string>, key: string, value: string): void {
  map.set(key, value);
  // Out of the middle, in the end: what comes first stays.
  if (map.size > MOST) map.delete([...map.keys()][MOST / 2]!);
}

/** Of this process; it sees nothing before `begin()`. */
export const secretWatch = new SecretWatch();
