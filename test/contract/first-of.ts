/** The first instants of an endless series, to the minute. */
export function firstOf(series: Iterator<number, void>, number: number): string[] {
  const found: string[] = [];
  while (found.length < number) {
    const next = series.next();
    if (next.done) break;
    found.push(new Date(next.value).toISOString().slice(0, 16));
  }
  return found;
}
