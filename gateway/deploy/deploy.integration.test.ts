import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

const PREFIX = 'touchline_gateway_';
const SYSTEMD_ANALYZE = '/usr/bin/systemd-analyze';

const fileText = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

let gateway: TestGateway;
/** The names of all metrics of a gateway, those without a value yet among them. */
let exposed: ReadonlySet<string>;
let metricsText: string;

beforeAll(async () => {
  gateway = await startTestGateway({ processMetrics: true });
  metricsText = await (await fetch(`${gateway.http}/metrics`)).text();
  const names = [...metricsText.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  exposed = new Set(
    names.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [name, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  );
});

afterAll(() => gateway.close());

/** What an expression of PromQL asks for. */
function metricsIn(expression: string): string[] {
  return expression.match(/\b(touchline|process|nodejs)_[a-z0-9_]+/g) ?? [];
}

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

const { panels } = JSON.parse(fileText('grafana-dashboard.json')) as { panels: readonly Panel[] };

describe('what operators are given', () => {
  it.each(panels.map(({ title, targets }) => [title, targets] as const))(
    'has a panel of metrics that a gateway exposes: %s',
    (_title, targets) => {
      const asked = targets.flatMap(({ expr }) => metricsIn(expr));
      expect(asked.length).toBeGreaterThanOrEqual(targets.length);
      expect(asked.filter((name) => !exposed.has(name))).toEqual([]);
    },
  );

  it('shows every metric of the gateway in some panel', () => {
    const shown = new Set(
      panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr))),
    );
    const own = [...metricsText.matchAll(/^# TYPE (touchline_\S+) \S+$/gm)].map(
      ([, name = '']) => name,
    );
    expect(own.filter((name) => !shown.has(name) && !shown.has(`${name}_bucket`))).toEqual([]);
  });

  it('has alarms on metrics that are exposed, each with its place in the runbook', () => {
    const rules = fileText('alerts.yaml');
    const runbook = fileText('../RUNBOOK.md');
    const alarms = [...rules.matchAll(/- alert: (\S+)\n\s+expr: (.+)/g)];
    expect(alarms.length).toBeGreaterThan(8);
    for (const [, , expression = ''] of alarms) {
      expect(metricsIn(expression).filter((name) => !exposed.has(name))).toEqual([]);
    }
    const headings = [...runbook.matchAll(/^### (\S+)$/gm)].map(([, name]) => name);
    expect(headings).toEqual(alarms.map(([, name]) => name));
  });

  it('tells of every metric in the runbook, and of no other', () => {
    const [, table = ''] = fileText('../RUNBOOK.md').split('## Metrics');
    const [rows = ''] = table.split('## Alarms');
    const told = new Set<string>();
    let stem = '';
    for (const [, name = ''] of rows.matchAll(/`([a-z_.]+)(?:\{\w+\})?`/g)) {
      if (name.endsWith('_') || name === '') continue;
      // "..._released_total" stands for the same beginning as the one before it.
      const full = name.startsWith('...') ? `${stem}${name.slice(3)}` : name;
      if (!name.startsWith('...')) stem = name.replace(/_[a-z]+_total$/, '');
      told.add(full);
    }
    const own = [...metricsText.matchAll(/^# TYPE touchline_gateway_(\S+) \S+$/gm)];
    expect([...told].sort()).toEqual(own.map(([, name]) => name).sort());
    expect(PREFIX).toBe('touchline_gateway_');
  });

  it.skipIf(!existsSync(SYSTEMD_ANALYZE))('has a unit that systemd takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'touchline-unit-'));
    try {
      const unit = join(folder, 'touchline-gateway.service');
      // Its program is where an installation has it; here it is wherever this Node is.
      const text = fileText('touchline-gateway.service')
        .replaceAll('/opt/touchline/node_modules/.bin/node', process.execPath)
        .replace(/^Documentation=.*$/m, '');
      writeFileSync(unit, text);
      const { status, stderr } = spawnSync(SYSTEMD_ANALYZE, ['verify', unit], { encoding: 'utf8' });
      expect([status, stderr.split('\n').filter((line) => line.includes('touchline'))]).toEqual([
        0,
        [],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has a Dockerfile that copies what is there, and starts what is there', () => {
    const text = fileText('Dockerfile');
    const root = new URL('../../', import.meta.url);
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => {
      return names.split(' ');
    });
    expect(copied).toContain('gateway');
    expect(copied.filter((name) => !existsSync(new URL(name, root)))).toEqual([]);
    expect(text).toContain('ENTRYPOINT ["node", "--max-semi-space-size=8", "gateway/main.ts"]');
  });
});
