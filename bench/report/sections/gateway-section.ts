/** The gateway: what a frame costs beside its peers, growth with connections, bytes per update. */

import { type AllResults, type LooseJson, numberAt, objectAt } from '../results.ts';
import { flatTable, type Section } from '../section.ts';
import { type Bar, barChart } from '../svg/bar-chart.ts';
import { lineChart } from '../svg/line-chart.ts';

const RATIOS: readonly (readonly [path: string, label: string, kind: Bar['kind']])[] = [
  ['ofPlainWs', 'plain ws with msgpackr', 'peer'],
  ['ofSocketIo', 'socket.io', 'peer'],
  ['ofSocketIoMsgpack', 'socket.io, MessagePack parser', 'peer'],
];

export function gatewaySection({ gateway }: AllResults): Section | undefined {
  if (gateway === undefined) return undefined;
  const curve = gateway['growth'];
  return {
    id: 'gateway',
    title: 'Gateway: frames to browsers',
    paragraphs: [
      'The real processes, and one more that is all the clients: raw sockets that read every message, check that each diff leads on, and acknowledge. What a frame costs is the processor time of the whole server over the frames that arrived. Peers send the same diffs to as many clients. Left out: TLS and networks. It would lie with a load generator at its limit, and with frames that never arrived: both are counted.',
    ],
    charts: [
      costChart(gateway),
      ...(Array.isArray(curve) ? growthCharts(curve as LooseJson[]) : []),
      ...bytesCharts(gateway),
    ],
    tables: [flatTable('All figures', gateway)],
  };
}

function costChart(gateway: LooseJson): string {
  const peers = RATIOS.flatMap(([path, label, kind]): Bar[] => {
    const value = numberAt(gateway, path);
    return value === undefined ? [] : [{ label, value, kind }];
  });
  const ofRawTcp = numberAt(gateway, 'ofRawTcp');
  const limit: Bar[] =
    ofRawTcp === undefined
      ? []
      : [{ label: 'the same bytes on raw TCP', value: 1 / ofRawTcp, kind: 'limit' }];
  return barChart({
    title: 'Processor time of a delivered frame, in turns with its peers',
    unit: 'times that of the gateway',
    bars: [{ label: 'the gateway', value: 1, kind: 'ours' }, ...peers, ...limit],
    isLessBetter: true,
  });
}

function growthCharts(curve: readonly LooseJson[]): string[] {
  const series = (name: string, key: string) => ({
    name,
    points: curve.map((row): [number, number] => [Number(row['connections']), Number(row[key])]),
  });
  const x = { label: 'connections', kind: 'log' } as const;
  const linear = (label: string) => ({ label, kind: 'linear' }) as const;
  return [
    lineChart({
      title: 'Processor time of a frame, by connections',
      x,
      y: { label: 'microseconds', kind: 'log' },
      series: [series('us a frame', 'usPerFrame')],
    }),
    lineChart({
      title: 'Memory, by connections',
      x,
      y: linear('MB resident'),
      series: [series('MB', 'rssMb')],
    }),
  ];
}

const WRITINGS: Readonly<Record<string, string>> = {
  ours: 'our tuples, MessagePack',
  oursAsJson: 'our tuples, JSON',
  binance: 'as Binance writes it',
  coinbase: 'as Coinbase writes it',
};

function bytesCharts(gateway: LooseJson): string[] {
  const chart = (title: string, path: string): string[] => {
    const bars = Object.entries(objectAt(gateway, path)).flatMap(([name, value]): Bar[] => {
      if (typeof value !== 'number' || !Number.isFinite(value)) return [];
      return [
        { label: WRITINGS[name] ?? name, value, kind: name.startsWith('ours') ? 'ours' : 'peer' },
      ];
    });
    return bars.length === 0 ? [] : [barChart({ title, unit: 'bytes', bars, isLessBetter: true })];
  };
  return [
    ...chart('Bytes of a changed level, of the recorded diffs', 'bytes.perLevel'),
    ...chart('Bytes of a diff of six levels', 'bytes.ofSixLevels'),
  ];
}
