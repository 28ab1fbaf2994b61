/** How fast the past is played: times as fast as it was. */

export const PAST_SPEEDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100] as const;
export const USUAL_SPEED = 1;
