const LINE_END = '\r\n';

/** Reads the commands of one client out of the bytes it sends (RESP arrays of bulk strings), however they are cut. */
export class CommandReader {
  private rest: Buffer = Buffer.alloc(0);
  private at = 0;

  /** @returns the names of the commands that are complete now, in lower case */
  push(chunk: Buffer): readonly string[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const names: string[] = [];
    for (let name = this.next(); name !== undefined; name = this.next()) {
      names.push(name.toLowerCase());
      this.rest = this.rest.subarray(this.at);
    }
    return names;
  }

  private next(): string | undefined {
    this.at = 0;
    const size = this.count('*');
    if (size === undefined) return undefined;
    let name: string | undefined;
    for (let part = 0; part < size; part++) {
      const length = this.count('$');
      if (length === undefined || this.rest.length < this.at + length + LINE_END.length) return undefined;
      name ??= this.rest.toString('latin1', this.at, this.at + length);
      this.at += length + LINE_END.length;
    }
    return name;
  }

  private count(mark: '*' | '$'): number | undefined {
    const end = this.rest.indexOf(LINE_END, this.at);
    if (end < 0) return undefined;
    const line = this.rest.toString('latin1', this.at, end);
    if (!line.startsWith(mark)) throw new Error(`Expected ${mark} in what a Redis client sends, got ${line}`);
    this.at = end + LINE_END.length;
    return Number(line.slice(1));
  }
}
