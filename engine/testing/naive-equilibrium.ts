/** The equilibrium price as RULES.md words it: every tick is looked at. For narrow books only. */

export interface OpenAt {
  readonly price: number;
  readonly open: number;
}

export function naiveEquilibrium(
  bids: readonly OpenAt[],
  asks: readonly OpenAt[],
  reference: number | undefined,
): { price: number; volume: number; imbalance: number; imbalanceSide: 0 | 1 } {
  const prices = [...bids, ...asks].map(({ price }) => price);
  const ticks: { price: number; volume: number; surplus: number }[] = [];
  for (let price = Math.min(...prices); price <= Math.max(...prices); price += 1) {
    const buys = total(bids.filter((bid) => bid.price >= price));
    const sells = total(asks.filter((ask) => ask.price <= price));
    ticks.push({ price, volume: Math.min(buys, sells), surplus: buys - sells });
  }
  const volume = Math.max(0, ...ticks.map((tick) => tick.volume));
  if (volume === 0) return { price: 0, volume: 0, imbalance: 0, imbalanceSide: 0 };
  const most = ticks.filter((tick) => tick.volume === volume);
  const least = Math.min(...most.map((tick) => Math.abs(tick.surplus)));
  const best = most.filter((tick) => Math.abs(tick.surplus) === least);
  const middle = best[Math.floor((best.length - 1) / 2)]?.price ?? 0;
  const target = reference ?? middle;
  let chosen = best[0];
  for (const tick of best) {
    if (Math.abs(tick.price - target) < Math.abs((chosen?.price ?? 0) - target)) chosen = tick;
  }
  const surplus = chosen?.surplus ?? 0;
  const imbalanceSide = surplus < 0 ? 1 : 0;
  return { price: chosen?.price ?? 0, volume, imbalance: Math.abs(surplus), imbalanceSide };
}

function total(orders: readonly OpenAt[]): number {
  const sum = orders.reduce((all, { open }) => all + open, 0);
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}
