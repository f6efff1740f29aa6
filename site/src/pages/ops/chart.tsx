import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Line {
  readonly label: string;
  /** Name of a color of the style sheet. */
  readonly color: string;
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  /** The time that the chart spans; ISO 8601. */
  readonly span: { readonly from: string; readonly to: string };
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly height: number;
  /** Shows axes; without them the chart is a sparkline. */
  readonly axes?: boolean;
  readonly bars?: boolean;
  /** Read out to people who cannot see the chart. */
  readonly label: string;
}

function timeOfDay(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** A small chart over time. */
export function Chart({ span, times, lines, height, axes = false, bars = false, label }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [from, to] = [Date.parse(span.from) / 1000, Date.parse(span.to) / 1000];
  const data = JSON.stringify([from, to, times, lines]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const style = getComputedStyle(element);
    const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const axis = {
      show: axes,
      stroke: color('muted'),
      grid: { stroke: color('line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
    };
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: axes ? [8, 8, 0, 0] : [3, 3, 3, 3],
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { range: [from, to] }, y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] } },
        axes: [
          { ...axis, size: axes ? 24 : 0, space: 70, values: (_, ticks) => ticks.map(timeOfDay) },
          { ...axis, size: axes ? 52 : 0 },
        ],
        series: [
          {},
          ...lines.map((line) => ({
            label: line.label,
            stroke: color(line.color),
            width: 1.75,
            points: { show: !bars, size: 4, fill: color(line.color) },
            ...(bars
              ? { fill: color(line.color), width: 0, paths: uPlot.paths.bars?.({ size: [0.7, 24, 3] }) }
              : {}),
          })),
        ] as uPlot.Series[],
      },
      [[...times], ...lines.map((line) => [...line.values])] as uPlot.AlignedData,
      element,
    );
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [data, height, axes, bars]);

  return <div ref={box} class={axes ? 'chart' : 'chart spark'} role="img" aria-label={label} />;
}
