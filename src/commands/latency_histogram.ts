// How long operations took, counted in buckets whose bounds are MongoDB's: `$collStats` with `histograms` shows them.

const DOUBLING = 2;

/** The least time of each bucket in microseconds: powers of two, and halves between them where most operations lie. */
export const LATENCY_BOUNDS: readonly number[] = makeBounds();

function makeBounds(): number[] {
  const bounds = [0];
  for (let bound = 2; bound <= 2 ** 40; bound *= DOUBLING) {
    bounds.push(bound);
    if (bound >= 2 ** 11 && bound < 2 ** 21) bounds.push(bound * 1.5);
  }
  return bounds;
}

/** Counts one operation. */
export function countLatency(histogram: Uint32Array, micros: number): void {
  let low = 0;
  let high = LATENCY_BOUNDS.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (LATENCY_BOUNDS[middle] <= micros) low = middle;
    else high = middle - 1;
  }
  histogram[low]++;
}

/** Several histograms as one: the buckets that are not empty, by their least time. */
export function latencyBuckets(
  histograms: readonly (Uint32Array | undefined)[],
): Map<number, number> {
  const buckets = new Map<number, number>();
  LATENCY_BOUNDS.forEach((bound, i) => {
    let count = 0;
    for (const histogram of histograms) count += histogram?.[i] ?? 0;
    if (count > 0) buckets.set(bound, count);
  });
  return buckets;
}
