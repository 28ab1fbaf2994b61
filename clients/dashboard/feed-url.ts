/** Where the page finds its gateway: the host it came from, unless the address says otherwise. */

export interface PageLocation {
  readonly protocol: string;
  readonly host: string;
  readonly search: string;
}

/** `?ws=` takes a whole ws: or wss: address; anything else is ignored. */
export function feedUrl(location: PageLocation): string {
  const chosen = new URLSearchParams(location.search).get('ws');
  if (chosen !== null && isWebSocketUrl(chosen)) return chosen;
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/feed`;
}

/** Whether page and gateway share a machine, and so a clock. */
export function sharesClock(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

function isWebSocketUrl(value: string): boolean {
  return URL.canParse(value) && /^wss?:$/.test(new URL(value).protocol);
}
