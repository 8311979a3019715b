// Charts by uPlot, drawn from the tables beside them, a column each. Where it is not installed the tables stay open.
const TONES = { accent: "--accent", good: "--good", warn: "--warn", bad: "--bad", plain: "--muted" };
const drawn = new Map();
let uPlot = null;

/** Draws the charts of a page; one whose table did not change stays as it is. */
export async function drawCharts(page) {
  const address = document.documentElement.dataset.plots;
  const figures = [...page.querySelectorAll("figure.chart")];
  if (!address || figures.length === 0) return;
  uPlot ??= (await import(address)).default;
  for (const figure of drawn.keys()) if (!figure.isConnected) forget(figure);
  for (const figure of figures) draw(figure);
}

/** Draws all of them anew: the theme or the width is another. */
export function redrawCharts() {
  for (const figure of [...drawn.keys()]) {
    forget(figure);
    draw(figure);
  }
}

function forget(figure) {
  const { plots, watcher } = drawn.get(figure);
  watcher.disconnect();
  for (const plot of plots) plot.destroy();
  figure.querySelector(".plots").replaceChildren();
  drawn.delete(figure);
}

function draw(figure) {
  const table = figure.querySelector("table");
  const content = table.textContent;
  const before = drawn.get(figure);
  if (before?.content === content) return;
  if (before) forget(figure);
  else figure.querySelector("details").open = false;
  const rows = [...table.tBodies[0].rows];
  const days = rows.map((row) => Date.parse(row.cells[0].dataset.value) / 1_000);
  if (days.length < 2) {
    figure.querySelector("details").open = true;
    return;
  }
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const room = figure.querySelector(".plots");
  const plots = heads.map((head, index) => {
    const values = rows.map((row) => number(row.cells[index + 1].dataset.value));
    return plotOf(figure, room, head, days, values, index === heads.length - 1, heads.length > 1);
  });
  const watcher = new ResizeObserver(() => {
    for (const plot of plots) {
      const width = plot.root.parentElement.clientWidth;
      if (width && width !== plot.width) plot.setSize({ width, height: plot.height });
    }
  });
  watcher.observe(room);
  drawn.set(figure, { plots, watcher, content });
}

function number(text) {
  return text === "" ? null : Number(text);
}

function plotOf(figure, room, head, days, values, isLast, isNamed) {
  const style = getComputedStyle(document.documentElement);
  const colour = style.getPropertyValue(TONES[head.dataset.tone] ?? TONES.accent).trim();
  const muted = style.getPropertyValue("--muted").trim();
  const line = style.getPropertyValue("--line").trim();
  const font = `12px ${style.getPropertyValue("--font")}`;
  const isShare = figure.dataset.unit === "share";
  const format = (value) => value === null || value === undefined ? "–"
    : isShare ? `${(100 * value).toLocaleString("en", { maximumFractionDigits: 1 })} %` : value.toLocaleString("en");
  const bars = head.dataset.kind === "bar";
  const block = document.createElement("div");
  block.className = "plot";
  const name = document.createElement("p");
  name.className = isNamed ? "plot-name" : "plot-name alone";
  const title = document.createElement("span");
  title.textContent = isNamed ? head.textContent : "";
  title.className = `key ${head.dataset.tone}`;
  const said = document.createElement("output");
  name.append(title, said);
  const canvas = document.createElement("div");
  canvas.setAttribute("role", "img");
  const filled = values.filter((value) => value !== null);
  canvas.setAttribute("aria-label", `${head.textContent}: from ${format(filled[0])} to ${format(filled.at(-1))}; the table has each day`);
  block.append(name, canvas);
  room.append(block);
  const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
  const tell = (index) => {
    said.textContent = index === null
      ? (bars ? `${format(filled.reduce((sum, value) => sum + value, 0))} in all` : format(filled.at(-1)))
      : `${day.format(days[index] * 1_000)}: ${format(values[index])}`;
  };
  tell(null);
  const top = Math.max(...filled, 0);
  const low = bars ? 0 : Math.min(...filled);
  const spare = (top - low || Math.abs(top) || 1) * 0.15;
  return new uPlot({
    width: room.clientWidth || 600,
    height: Number(figure.dataset.height) + (isLast ? 24 : 0),
    padding: [10, 22, isLast ? 0 : 8, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7, fill: colour }, drag: { setScale: false, x: false, y: false } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "UTC"),
    scales: {
      x: { time: true, range: (_, from, to) => bars ? [from - 43_200, to + 43_200] : [from, to] },
      y: { range: isShare && !bars ? [Math.max(0, Math.floor((low - 0.02) * 20) / 20), 1.0] : [bars ? 0 : Math.max(0, low - spare), top + spare] },
    },
    series: [{}, {
      stroke: colour, width: bars ? 0 : 2, fill: bars ? colour : `color-mix(in srgb, ${colour} 12%, transparent)`,
      points: { show: !bars && days.length < 40, size: 5, fill: colour }, spanGaps: true,
      paths: bars ? uPlot.paths.bars({ size: [0.7, 28], radius: 0.15 }) : uPlot.paths.linear(),
    }],
    axes: [
      { show: isLast, size: 24, stroke: muted, font, grid: { show: false }, ticks: { show: false }, gap: 4, space: 70,
        values: (_, splits) => splits.map((split) => day.format(split * 1_000)), incrs: [86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400, 28 * 86_400] },
      { size: 52, stroke: muted, font, gap: 6, ticks: { show: false }, grid: { stroke: line, width: 1 }, space: 32,
        values: (_, splits) => splits.map((split) => isShare ? `${Math.round(split * 100)} %` : compact(split)), incrs: isShare ? undefined : whole() },
    ],
    hooks: { setCursor: [({ cursor }) => tell(cursor.idx ?? null)] },
  }, [days, values], canvas);
}

function compact(value) {
  return value.toLocaleString("en", { notation: value >= 10_000 ? "compact" : "standard" });
}

function whole() {
  return [1, 2, 5].flatMap((step) => [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].map((size) => step * size)).sort((a, b) => a - b);
}
