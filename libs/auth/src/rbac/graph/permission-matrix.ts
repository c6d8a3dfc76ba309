import type { Inheritance } from './inheritance.js';
import { isPermission } from './names.js';
import type { PatternIndex } from './pattern-index.js';

/** One permission as a column of bits: row `i` has it when `words[i] & mask` isn't 0. */
export interface Column {
  readonly words: Uint32Array;
  readonly mask: number;
}

/** What nobody has. */
export const NOTHING: Column = Object.freeze({ words: new Uint32Array(0), mask: 0 });

const BITS = 32;

/**
 * Rows (roles, then scopes) × permissions, one bit each, 32 columns in a block. A column includes inherited rights, so a
 * check is one bit test. It is made when its permission is first asked for; for those of decorators that is at boot.
 */
export class PermissionMatrix {
  private readonly columns = new Map<string, Column>();
  private readonly roleColumns = new Map<number, Column>();
  private block = new Uint32Array(0);
  private used = BITS;
  private made = 0;

  /** @param maxColumns how many columns {@link column} makes on demand; those of {@link prepare} don't count. */
  constructor(
    private readonly inheritance: Inheritance,
    private readonly rows: number,
    private readonly grants: PatternIndex,
    private readonly maxColumns: number,
  ) {}

  /** Permissions that have a column. */
  get permissions(): readonly string[] {
    return [...this.columns.keys()];
  }

  /** Makes many columns at once: inheritance is followed once per 32 of them. */
  prepare(permissions: Iterable<string>): void {
    const touched = new Set<Uint32Array>();
    for (const permission of permissions)
      if (isPermission(permission) && !this.columns.has(permission)) touched.add(this.add(permission).words);
    for (const block of touched) this.inheritance.spread(block);
  }

  /** The column of a permission, {@link NOTHING} for what isn't one, `undefined` when the bound is reached. */
  column(permission: string): Column | undefined {
    const known = this.columns.get(permission);
    if (known !== undefined) return known;
    if (!isPermission(permission)) return NOTHING;
    if (this.made >= this.maxColumns) return undefined;
    this.made++;
    const column = this.add(permission);
    this.inheritance.spread(column.words);
    return column;
  }

  /** The column of those who are a role or inherit it. */
  roleColumn(role: number): Column {
    const known = this.roleColumns.get(role);
    if (known !== undefined) return known;
    const column = this.bit();
    column.words[role] = (column.words[role] as number) | column.mask;
    this.inheritance.spread(column.words);
    this.roleColumns.set(role, column);
    return column;
  }

  private add(permission: string): Column {
    const column = this.bit();
    const { words, mask } = column;
    this.grants.each(permission, (row) => {
      words[row] = (words[row] as number) | mask;
    });
    this.columns.set(permission, column);
    return column;
  }

  private bit(): Column {
    if (this.used === BITS) {
      this.block = new Uint32Array(this.rows);
      this.used = 0;
    }
    return { words: this.block, mask: 1 << this.used++ };
  }
}
