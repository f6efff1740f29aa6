import { outage } from './day.ts';
import type { Day } from './report.ts';

const width = 1000;
const plot = { left: 60, right: 940, height: 150 };
const rowHeight = 250;

/** The tasks and the wait of the oldest message over the day, a picture for each latency, as SVG. */
export function draw(days: readonly Day[]): string {
  const height = days.length * rowHeight + 20;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="workers-title">`,
    '<title id="workers-title">Tasks of a worker, and the wait of its oldest message, over a day</title>',
    '<style>',
    '.page { fill: #ffffff }',
    '.axis { stroke: #8c959f; stroke-width: 1 }',
    '.outage { fill: #fff1e5 }',
    '.tasks { fill: #ddf4ff; stroke: #0969da; stroke-width: 1.2 }',
    '.age { fill: none; stroke: #cf222e; stroke-width: 1.2 }',
    '.limit { stroke: #cf222e; stroke-width: 1; stroke-dasharray: 4 4 }',
    'text { font: 13px "Liberation Sans", Arial, Helvetica, sans-serif; fill: #1f2328 }',
    '.name { font-weight: bold; font-size: 15px }',
    '.blue { fill: #0969da }',
    '.red { fill: #cf222e }',
    '</style>',
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...days.map((day, index) => panel(day, 20 + index * rowHeight)),
    '</svg>',
  ].join('\n')}\n`;
}

function panel(day: Day, top: number): string {
  const { minutes } = day.result;
  const base = top + 40 + plot.height;
  const longest = Math.max(...minutes.map(({ oldest }) => oldest), day.acceptableLatencySeconds);
  const x = (minute: number) => plot.left + (minute / minutes.length) * (plot.right - plot.left);
  const tasksAt = (tasks: number) => base - (tasks / day.mostTasks) * plot.height;
  const ageAt = (age: number) => base - (age / longest) * plot.height;
  const area = minutes.map(({ tasks }, minute) => `L${point(x(minute), tasksAt(tasks))}`).join('');
  const age = minutes.map(
    ({ oldest }, minute) => `${minute === 0 ? 'M' : 'L'}${point(x(minute), ageAt(oldest))}`,
  );
  const from = x(outage.from / 60);
  const limit = ageAt(day.acceptableLatencySeconds);
  return [
    `<text class="name" x="${plot.left}" y="${top + 14}">Done within ${day.acceptableLatencySeconds} s</text>`,
    `<text class="blue" x="${plot.left + 200}" y="${top + 14}">tasks, up to ${day.mostTasks}</text>`,
    `<text class="red" x="${plot.left + 330}" y="${top + 14}">wait of the oldest message, up to ${Math.round(longest)} s; dashed: ${day.acceptableLatencySeconds} s</text>`,
    `<rect class="outage" x="${from.toFixed(1)}" y="${top + 40}" width="${(x(outage.to / 60) - from).toFixed(1)}" height="${plot.height}"/>`,
    `<text x="${from.toFixed(1)}" y="${top + 34}">outage</text>`,
    `<path class="tasks" d="M${point(plot.left, base)}${area}L${point(plot.right, base)}Z"/>`,
    `<path class="age" d="${age.join('')}"/>`,
    `<line class="limit" x1="${plot.left}" y1="${limit.toFixed(1)}" x2="${plot.right}" y2="${limit.toFixed(1)}"/>`,
    `<line class="axis" x1="${plot.left}" y1="${base}" x2="${plot.right}" y2="${base}"/>`,
    ...[0, 6, 12, 18, 24].map(
      (hour) =>
        `<text x="${x(hour * 60).toFixed(1)}" y="${base + 20}" text-anchor="middle">${hour}:00</text>`,
    ),
  ].join('\n');
}

function point(x: number, y: number): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
