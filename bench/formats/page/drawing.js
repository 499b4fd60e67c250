"use strict";
// What all charts of a page share: units, colours, axes, tips, and the frame that Apache ECharts draws in.
const Drawing = (() => {
  const UNITS = [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "pin", "arrow", "roundRect", "emptyCircle"];
  const DASHES = ["solid", "dashed", "dotted"];
  const PAGE = 790; // pixels of a chart that fits a page with what stands above and below it
  const SIGN = 45, LINE = 24; // pixels of a legend: what a name takes besides its text, and a line
  const SHADES = [1, 0.55, 0.3];
  const drawn = new Map();
  const look = {}; // colours of the present theme, and the room that a chart has

  // Three significant digits with a fitting unit, as bench/views/wording.py writes them.
  function seconds(value) {
    if (value === null || value === undefined) return "–";
    const [scale, unit] = scaled(value);
    return `${significant(value / scale)} ${unit}`;
  }
  const scaled = (value) => UNITS.find(([size]) => Math.abs(value) >= size * 0.9995) ?? UNITS[3];
  function significant(value) {
    if (!value) return "0";
    const exponent = Number(value.toExponential(2).split("e")[1]);
    return value.toFixed(Math.max(0, 2 - exponent));
  }
  // The tick of an axis: as many digits as tell it from the next one.
  function tick(value) {
    if (!value) return "0";
    const [scale, unit] = scaled(value);
    return `${Number((value / scale).toPrecision(4))} ${unit}`;
  }
  // Round values between two ends: 1, 2 and 5 of each power of ten where the ends are far apart.
  function rounded(low, high, most) {
    if (high > 5 * low) {
      const powers = Array.from({ length: 40 }, (_, index) => 10 ** (index - 20));
      const all = powers.flatMap((power) => [1, 2, 5].map((digit) => digit * power)).filter((at) => low <= at && at <= high);
      return all.length > most ? all.filter((at) => /^1(\.0+)?e/.test(at.toExponential(3))) : all;
    }
    const rough = (high - low) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find((digit) => digit * power >= rough) * power;
    const count = Math.floor(high / step) - Math.ceil(low / step) + 1;
    return Array.from({ length: count }, (_, index) => (Math.ceil(low / step) + index) * step);
  }
  const full = (row) => `${row.name}, batch ${row.batch}`;

  function dress(width, room) {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(`--${name}`).trim();
    const names = ["ink", "soft", "line", "grid", "paper", "card", "shade", "good"];
    Object.assign(look, Object.fromEntries(names.map((name) => [name, of(name)])), {
      series: Array.from({ length: 8 }, (_, index) => of(`c${index}`)),
      width, room: room - 8, narrow: room < 520,
      band: width ? 62 : 92, tall: width ? 230 : 400, // paper has less room
    });
  }

  // A model has one colour in all charts; its rows differ in symbol, dash and shade.
  function styles(rows) {
    const seen = new Map();
    return rows.map((row) => {
      const place = seen.get(row.model) ?? 0;
      seen.set(row.model, place + 1);
      return {
        color: look.series[row.model % 8], symbol: SYMBOLS[place % SYMBOLS.length],
        dash: DASHES[place % DASHES.length], shade: SHADES[place % SHADES.length],
      };
    });
  }

  // Text nodes alone: whatever a name holds, it is shown and nothing more.
  function tip(title, lines) {
    const box = document.createElement("div");
    box.className = "tip";
    const head = document.createElement("b");
    head.textContent = title;
    box.append(head);
    for (const line of lines.filter(Boolean)) {
      const text = document.createElement("div");
      text.textContent = line;
      box.append(text);
    }
    return box;
  }

  function axis(more) {
    return {
      axisLine: { lineStyle: { color: look.soft } }, axisTick: { lineStyle: { color: look.soft } },
      splitLine: { lineStyle: { color: look.grid } }, nameTextStyle: { color: look.soft },
      ...more, axisLabel: { color: look.soft, hideOverlap: true, ...more.axisLabel },
    };
  }

  const category = (names, width = look.narrow ? 108 : 190) => axis({
    type: "category", data: names, inverse: true, axisTick: { show: false },
    axisLabel: { color: look.ink, interval: 0, hideOverlap: false, overflow: "break",
      width, fontSize: look.narrow ? 10.5 : 12, lineHeight: 14 },
  });

  // On a screen a reader turns its pages; paper shows all of it, in as many lines as it takes.
  const legend = (names) => ({
    type: look.width ? "plain" : "scroll", top: 0, left: 0, right: 0, data: names, textStyle: { color: look.ink },
    pageTextStyle: { color: look.soft }, pageIconColor: look.soft, pageIconInactiveColor: look.line,
  });

  // Pixels that a legend on paper has below its first line: each name has a sign before it.
  function below(option) {
    if (!look.width || !option.legend) return 0;
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `12px ${font()}`;
    let lines = 1, taken = 0;
    for (const name of option.legend.data) {
      const wide = SIGN + pen.measureText(name).width;
      if (taken && taken + wide > look.room) [lines, taken] = [lines + 1, 0];
      taken += wide;
    }
    return LINE * (lines - 1);
  }
  const font = () => getComputedStyle(document.body).fontFamily;
  // A chart that is longer than a page would be drawn over what follows.
  function shrink(box, height) {
    const drawing = box.querySelector("svg");
    drawing.setAttribute("viewBox", `0 0 ${look.width} ${height}`);
    for (const element of [box, box.firstElementChild]) element.style.height = `${PAGE}px`;
    drawing.setAttribute("height", PAGE);
  }
  const lowered = (parts, by) => [parts ?? []].flat().map((part) => ({ ...part, top: part.top + by }));

  const whiskers = (points, more) => ({
    type: "line", symbol: "none", silent: true, tooltip: { show: false }, data: points,
    lineStyle: { width: 1.5 }, connectNulls: false, ...more,
  });

  // Names of series that tell them apart.
  const distinct = (names) => names.map((name, index) => (names.indexOf(name) === index ? name : `${name} (${index + 1})`));

  // Draws in the figure of this name, which is hidden where there is no option to draw.
  function show(name, height, description, option, said = "") {
    const figure = document.getElementById(name);
    if (!figure) return; // this report has nothing that could be drawn there
    const box = figure.querySelector(".chart");
    figure.hidden = !option;
    if (!option || figure.closest("details:not([open])")) return;
    drawn.get(name)?.dispose();
    const more = below(option);
    height += more;
    box.style.height = `${height}px`;
    const chart = echarts.init(box, null, { renderer: "svg", width: look.width, height });
    chart.setOption({
      animation: false, backgroundColor: "transparent", color: look.series,
      textStyle: { color: look.ink, fontFamily: font() },
      aria: { enabled: true, label: { description } },
      ...option, grid: lowered(option.grid, more), title: lowered(option.title, more),
      tooltip: {
        confine: true, backgroundColor: look.card, borderColor: look.line,
        textStyle: { color: look.ink }, axisPointer: { lineStyle: { color: look.soft } },
        ...option.tooltip,
      },
    });
    chart.getZr().flush();
    if (look.width && height > PAGE) shrink(box, height);
    drawn.set(name, chart);
    figure.querySelector(".said-too").textContent = said;
  }

  // What the charts are drawn from; a page of many rows writes the keys of its objects once.
  function read() {
    const data = JSON.parse(document.getElementById("data").textContent);
    const whole = ([shape, ...values]) => Object.fromEntries(data.shapes[shape].map((key, place) => [key, values[place]]));
    return data.shapes ? { ...data, rows: data.rows.map(whole), differences: data.differences.map(whole) } : data;
  }

  return { look, seconds, tick, rounded, full, dress, styles, tip, axis, category, legend, whiskers, distinct, show, data: read() };
})();
