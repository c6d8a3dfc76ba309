import { drawRoles } from './role-drawing.js';
import { roleSvg } from './role-svg.js';

const role = (name: string, ...inherits: string[]) => ({ name, inherits, grants: [] });
const diamond = [role('a', 'b', 'c', 'd'), role('b', 'd'), role('c', 'd'), role('d')];

describe('the drawing of a role graph', () => {
  it('has each role above all that it inherits, and none upon another', () => {
    const { roles, boxWidth, width, height, boxHeight } = drawRoles(diamond);
    const at = new Map(roles.map((each) => [each.name, each]));
    for (const { y, inherits } of roles)
      for (const parent of inherits) expect(at.get(parent)?.y).toBeGreaterThan(y);
    const taken = roles.flatMap(({ name, x, y }) =>
      roles.filter((other) => other.name < name && other.y === y && Math.abs(other.x - x) < boxWidth),
    );
    expect(taken).toEqual([]);
    for (const { x, y } of roles) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + boxWidth).toBeLessThanOrEqual(width);
      expect(y + boxHeight).toBeLessThanOrEqual(height);
    }
  });

  it('has a line for each inheritance, and none that passes a role', () => {
    const { edges, roles, boxWidth, boxHeight } = drawRoles(diamond);
    expect(edges.map(({ from, to }) => `${from}${to}`)).toEqual(
      expect.arrayContaining(['ab', 'ac', 'ad', 'bd', 'cd']),
    );
    const long = edges.find(({ from, to }) => from === 'a' && to === 'd');
    const [, x = '', y = ''] = / ([\d.]+) ([\d.]+) V/.exec(long?.line ?? '') ?? [];
    const under = roles.filter((each) => each.x <= Number(x) && Number(x) <= each.x + boxWidth);
    expect(under.filter((each) => each.y === Number(y))).toEqual([]);
    expect(roles.map((each) => each.y)).toContain(Number(y));
    expect(long?.line).toContain(`V${Number(y) + boxHeight}`);
  });

  it('says in words what it shows, and marks a path', () => {
    const picture = roleSvg(diamond, ['a', 'b', 'd']);
    expect(picture).toContain('a inherits b and c and d.');
    expect(picture).toContain('d inherits nothing.');
    expect(picture.match(/class="edge on"/g)).toHaveLength(2);
  });

  it('writes names as text, and cuts long ones', () => {
    const hostile = '</text><script>alert(1)</script>';
    const picture = roleSvg([role(hostile), role('x'.repeat(200), hostile)]);
    expect(picture).not.toContain('<script');
    expect(picture).toContain('&lt;/text&gt;&lt;script');
    expect(picture).toContain(`>${'x'.repeat(21)}…<`);
  });

  it('takes a graph of hundreds', () => {
    const many = Array.from({ length: 300 }, (_, at) =>
      role(`r${at}`, ...(at === 0 ? [] : [`r${at - 1}`]), ...(at < 2 ? [] : [`r${at - 2}`])),
    );
    expect(drawRoles(many).roles).toHaveLength(300);
  });
});
