import { expect, it } from 'vitest';
import { parseAllowList } from './allow-list.ts';

const KEY = 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7';
const OTHER = 'JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6';

it('reads names, keys and grants; without any, those of a trading client', () => {
  const list = parseAllowList(
    `# who may connect\n\n  risk-desk ${KEY}\r\nrelay-1\t${OTHER}  feed spine\n`,
    'list',
  );
  expect(list).toEqual([
    { name: 'risk-desk', publicKey: KEY, grants: new Set(['feed', 'repair', 'entry']) },
    { name: 'relay-1', publicKey: OTHER, grants: new Set(['feed', 'spine']) },
  ]);
  expect(parseAllowList('', 'list')).toEqual([]);
});

it('lets a name have two keys, for while one is exchanged for another', () => {
  const list = parseAllowList(`desk ${KEY}\ndesk ${OTHER} entry`, 'list');
  expect(list.map(({ name }) => name)).toEqual(['desk', 'desk']);
});

it.each([
  ['a key that is too short', `desk ${KEY.slice(1)}`],
  ['a key that is none', `desk ${KEY.slice(1)}~`],
  ['no key', 'desk'],
  ['a key twice', `desk ${KEY}\n# between\nother ${KEY}`],
  ['a grant that is none', `desk ${KEY} everything`],
  ['a name that is too long', `${'x'.repeat(33)} ${KEY}`],
  ['a name that is not ASCII', `dësk ${KEY}`],
])('refuses %s and names the line', (_what, text) => {
  const line = text.split('\n').length;
  expect(() => parseAllowList(text, 'list')).toThrow(
    new RegExp(`^ALLOW_LIST: list, line ${line}:`),
  );
});
