/** In which of these a session's average response time falls: from so many seconds up to the next ones. */
const FROM_SECONDS = { under_5s: 0, "5_to_15s": 5, "15_to_30s": 15, "30_to_60s": 30, "1_to_5min": 60, over_5min: 300 };

export type ResponseTime = keyof typeof FROM_SECONDS;

export const RESPONSE_TIMES = Object.keys(FROM_SECONDS) as [ResponseTime, ...ResponseTime[]];

/** Where one class ends and the next begins, for SQL's width_bucket: it answers the index in RESPONSE_TIMES. */
export const RESPONSE_TIME_EDGES = Object.values(FROM_SECONDS).slice(1);

/** The seconds of a class: from the first on, and less than the second, if there is one. */
export function secondsOf(responseTime: ResponseTime): [number, number | undefined] {
  return [FROM_SECONDS[responseTime], RESPONSE_TIME_EDGES[RESPONSE_TIMES.indexOf(responseTime)]];
}
