/** What stands in each panel of the instrument looked at, and with which tools. */

import type { BookPanels } from './book-panels.ts';
import type { PanelContent, PanelName } from './layout.ts';
import type { OverviewView } from './overview/overview-view.ts';
import type { PanelTools } from './panel-tools.ts';

export function panelContents(
  { charts, ladder, queue, tape, veils }: BookPanels,
  overview: OverviewView,
  tools: PanelTools,
): Readonly<Record<PanelName, PanelContent>> {
  const { price, heatmap, depth } = charts;
  return {
    overview: { body: [overview.element], tools: [] },
    price: { body: [veils.price.element, price.element], tools: [price.reading, tools.candle] },
    heatmap: { body: [veils.heatmap.element, heatmap.element], tools: [heatmap.reading] },
    depth: { body: [veils.depth.element, depth.element], tools: [depth.reading] },
    tape: { body: [veils.tape.element, tape.element], tools: [tools.filter.element] },
    ladder: {
      body: [veils.ladder.element, ladder.element, queue.element],
      tools: [tools.symbol, tools.grouping.element, tools.depth.element, tools.centre],
      foot: ladder.sweep.element,
    },
  };
}
