/**
 * Loaded in front of an engine: the machine's date has been set by so many milliseconds since, or
 * stands still.
 */

const stepMs = Number(process.env['TOUCHLINE_CLOCK_STEP_MS'] ?? 0);
const isFrozen = process.env['TOUCHLINE_CLOCK_FROZEN'] === '1';

const origin = performance.timeOrigin + stepMs;
Object.defineProperty(performance, 'timeOrigin', { value: origin });
if (isFrozen) {
  const now = performance.now();
  performance.now = () => now;
}
