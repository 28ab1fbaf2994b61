/** What stands along the time axis of the price chart: times of day, and dates where days begin. */

const DAY_SECONDS = 86_400;

/** Seconds between labels. */
export const TIME_STEPS: readonly number[] = [
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1800,
  3600,
  7200,
  14_400,
  28_800,
  43_200,
  ...[1, 2, 7, 14, 28, 91, 182, 365].map((days) => days * DAY_SECONDS),
];

/** `seconds` since 1970, under candles of `span` seconds. Candles of a day begin at midnight UTC. */
export function timeLabel(seconds: number, span: number): string {
  const date = new Date(seconds * 1000);
  if (span >= DAY_SECONDS) return dayOf(date.getUTCMonth(), date.getUTCDate());
  const [hour, minute, second] = [date.getHours(), date.getMinutes(), date.getSeconds()];
  if (hour + minute + second === 0) return dayOf(date.getMonth(), date.getDate());
  const clock = `${two(hour)}:${two(minute)}`;
  return second === 0 ? clock : `${clock}:${two(second)}`;
}

/** Month and day, as ISO 8601 writes them. */
function dayOf(month: number, day: number): string {
  return `${two(month + 1)}-${two(day)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
