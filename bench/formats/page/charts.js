"use strict";
// Draws the charts of a page with Apache ECharts, from the objects that bench/views/page/data.py makes.
const BenchCharts = (() => {
  const UNITS = [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "pin", "arrow", "roundRect", "circle"];
  const MOST_LINES = 24, FEW_POINTS = 16, BAND = 92;
  const drawn = new Map();
  let look; // colours of the present theme

  // Three significant digits with a fitting unit, as bench/views/wording.py writes them.
  function seconds(value) {
    if (value === null || value === undefined) return "–";
    const [scale, unit] = UNITS.find(([size]) => Math.abs(value) >= size * 0.9995) ?? UNITS[3];
    return `${significant(value / scale)} ${unit}`;
  }
  function significant(value) {
    if (!value) return "0";
    const exponent = Number(value.toExponential(2).split("e")[1]);
    return value.toFixed(Math.max(0, 2 - exponent));
  }
  // The tick of an axis: as many digits as tell it from the next one.
  function tick(value) {
    if (!value) return "0";
    const [scale, unit] = UNITS.find(([size]) => Math.abs(value) >= size * 0.9995) ?? UNITS[3];
    return `${Number((value / scale).toPrecision(6))} ${unit}`;
  }
  const count = (value) => (value >= 1e6 ? `${value / 1e6}M` : value >= 1e3 ? `${value / 1e3}k` : `${value}`);
  const percent = (value) => `${(100 * value).toFixed(2)} %`;
  const full = (row) => `${row.name}, batch ${row.batch}`;
  // Numbers first: where there is no room, the end of the name is left out.
  const heading = (row) => `${row.p50Text} · batch ${row.batch} · ${row.name}`;

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(`--${name}`).trim();
    return {
      ink: of("ink"), soft: of("soft"), line: of("line"), grid: of("grid"), paper: of("paper"),
      card: of("card"), shade: of("shade"), bad: of("bad"),
      series: Array.from({ length: 8 }, (_, index) => of(`c${index}`)),
    };
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

  function show(name, height, description, option, said = "") {
    const figure = document.getElementById(name);
    const box = figure.querySelector(".chart");
    figure.hidden = !option;
    if (!option) return;
    const old = drawn.get(name);
    if (old) old.dispose();
    box.style.height = `${height}px`;
    const chart = echarts.init(box, null, { renderer: "svg", width: look.width, height });
    chart.setOption({
      animation: false, backgroundColor: "transparent", color: look.series,
      textStyle: { color: look.ink, fontFamily: getComputedStyle(document.body).fontFamily },
      aria: { enabled: true, label: { description } },
      ...option,
      tooltip: {
        confine: true, backgroundColor: look.card, borderColor: look.line,
        textStyle: { color: look.ink }, axisPointer: { lineStyle: { color: look.soft } },
        ...option.tooltip,
      },
    });
    chart.getZr().flush();
    drawn.set(name, chart);
    figure.querySelector(".said-too").textContent = said;
  }

  // One above the other: a grid, its two axes and a title for each picked row.
  function stacked(rows, bottom) {
    const last = (index) => bottom(index) ? 30 : 8;
    let top = 0;
    const places = rows.map((row, index) => {
      const place = { top: top + 26, height: BAND - 34 };
      top += BAND + last(index);
      return place;
    });
    return {
      height: top + 4,
      title: rows.map((row, index) => ({
        text: heading(row), left: 4, top: places[index].top - 24,
        textStyle: { color: look.series[index], fontSize: 13, fontWeight: 600, width: look.room, overflow: "truncate" },
      })),
      places,
    };
  }

  function distributions(rows) {
    if (!rows.length) return show("distributions");
    const reach = ({ bins: { start, width, counts }, p50: [, low, high] }) => {
      const end = start + counts.length * width;
      const most = end - start; // beyond the bins, for an interval that is far wider than they are
      return [
        Math.max(Math.min(low, start) - width, start - most),
        Math.min(Math.max(high ?? end, end) + width, end + most),
      ];
    };
    const ranges = rows.map((row) => {
      // Rows of one batch share their axis, so that they can be compared, unless they are far apart.
      const all = rows.filter(({ batch }) => batch === row.batch).map(reach);
      const shared = [Math.min(...all.map(([low]) => low)), Math.max(...all.map(([, high]) => high))];
      return shared[1] > 4 * Math.max(0, shared[0]) ? reach(row) : shared;
    });
    const ends = (index) => ranges[index + 1]?.join() !== ranges[index].join();
    const { height, title, places } = stacked(rows, ends);
    const series = rows.map((row, index) => {
      const { start, width, counts, total } = row.bins;
      const middle = counts.map((n, bin) => [start + (bin + 0.5) * width, (100 * n) / total]);
      const data = [[start - width / 2, 0], ...middle, [start + (counts.length + 0.5) * width, 0]];
      const [value, low, high] = row.p50;
      return {
        type: "line", step: "middle", data, xAxisIndex: index, yAxisIndex: index, symbol: "none",
        name: full(row), color: look.series[index], lineStyle: { width: 1.5 }, areaStyle: { opacity: 0.18 },
        markArea: high === null ? undefined : {
          silent: true, itemStyle: { color: look.series[index], opacity: 0.34 },
          data: [[{ xAxis: low }, { xAxis: high }]],
        },
        markLine: {
          silent: true, symbol: "none", precision: 15, // its default rounds seconds to hundredths
          lineStyle: { color: look.ink, type: "solid", width: 1.5 },
          label: { show: false }, data: [{ xAxis: value }],
        },
      };
    });
    show("distributions", height, rows.map((row) => `${full(row)}: median ${row.p50Text}`).join("; "), {
      title,
      grid: places.map((place) => ({ ...place, left: 8, right: 12 })),
      xAxis: rows.map((_, index) => axis({
        gridIndex: index, type: "value", min: ranges[index][0], max: ranges[index][1],
        splitNumber: look.narrow ? 3 : 6,
        axisLabel: { show: ends(index), formatter: tick, showMinLabel: false, showMaxLabel: false },
      })),
      yAxis: rows.map((_, index) => axis({ gridIndex: index, type: "value", show: false })),
      series,
      tooltip: {
        trigger: "axis",
        formatter: ([{ seriesIndex, data: [at, share] }]) => {
          const row = rows[seriesIndex];
          const half = row.bins.width / 2;
          return tip(full(row), [
            `${seconds(at - half)} to ${seconds(at + half)}: ${share.toFixed(1)} % of ${row.bins.total.toLocaleString("en")} calls`,
            `median ${row.p50Text}, interval ${seconds(row.p50[1])} to ${seconds(row.p50[2])}`,
            row.bins.outside && `outside of the bins: ${row.bins.outside}`,
          ]);
        },
      },
      series,
    });
  }

  function course(rows) {
    if (!rows.length) return show("course");
    const { height, title, places } = stacked(rows, () => true);
    const series = rows.flatMap((row, index) => {
      const middle = [...row.middle].sort((a, b) => a - b);
      const top = Math.min(Math.max(...row.high), 2.5 * middle[Math.floor(middle.length / 2)]);
      const on = { xAxisIndex: index, yAxisIndex: index, color: look.series[index], name: full(row) };
      const dots = { ...on, type: "scatter", symbolSize: 3, silent: true };
      const starts = row.where.map(([, round], at) => (round === 1 ? at - 0.5 : null)).filter((at) => at !== null);
      return [
        { ...on, type: "line", symbol: "none", data: row.middle.map((value, at) => [at, value]),
          lineStyle: { width: 1.5 },
          markLine: { silent: true, symbol: "none", label: { show: false },
            lineStyle: { color: look.line, type: "solid" }, data: starts.slice(1).map((xAxis) => ({ xAxis })) },
          markArea: { silent: true, itemStyle: { color: look.shade },
            data: row.disturbed.map(([from, to]) => [{ xAxis: from - 0.5 }, { xAxis: to + 0.5 }]) } },
        { ...dots, itemStyle: { opacity: 0.55 }, data: row.low.map((value, at) => [at, value]) },
        { ...dots, itemStyle: { opacity: 0.55 },
          data: row.high.map((value, at) => ({ value: [at, Math.min(value, top)],
            symbol: value > top ? "triangle" : "circle", symbolSize: value > top ? 7 : 3 })) },
      ];
    });
    const shaded = rows.filter((row) => row.disturbed.length).length;
    show("course", height, rows.map((row) => `${full(row)}: ${row.disturbed.length} disturbed stretches`).join("; "), {
      title, series,
      grid: places.map((place) => ({ ...place, left: look.narrow ? 58 : 70, right: 12 })),
      xAxis: rows.map((row, index) => axis({
        gridIndex: index, type: "value", min: -0.5, max: row.where.length - 0.5,
        splitLine: { show: false }, axisTick: { show: false },
        axisLabel: {
          customValues: row.where.map(([, round], at) => (round === 1 ? at : null)).filter((at) => at !== null),
          formatter: (at) => `${row.where[at]?.[0] ?? ""}`,
        },
      })),
      yAxis: rows.map((row, index) => axis({
        gridIndex: index, type: "value", scale: true, splitNumber: 2, axisLabel: { formatter: tick },
        axisLine: { show: false }, axisTick: { show: false },
      })),
      tooltip: {
        trigger: "axis",
        formatter: ([{ seriesIndex, dataIndex }]) => {
          const row = rows[Math.floor(seriesIndex / 3)];
          const [replicate, round] = row.where[dataIndex];
          const reason = row.disturbed.find(([from, to]) => from <= dataIndex && dataIndex <= to);
          return tip(`${full(row)}: replicate ${replicate}, round ${round}`, [
            `median ${seconds(row.middle[dataIndex])}`,
            `from ${seconds(row.low[dataIndex])} to ${seconds(row.high[dataIndex])}`,
            reason && `disturbed: ${reason[2]}`,
          ]);
        },
      },
    }, `Replicates are numbered below; a triangle at the upper edge is a slower call than fits.${
      shaded ? "" : " No slot of these rows was disturbed."}`);
  }

  const whiskers = (points, more) => ({
    type: "line", symbol: "none", silent: true, tooltip: { show: false }, data: points,
    lineStyle: { width: 1.5 }, connectNulls: false, ...more,
  });
  const spread = (values) => Math.max(...values) / Math.min(...values);
  const legend = (names) => ({
    type: "scroll", top: 0, left: 0, right: 0, data: names, textStyle: { color: look.ink },
    pageTextStyle: { color: look.soft }, pageIconColor: look.soft, pageIconInactiveColor: look.line,
  });

  function throughput(data, picked) {
    const wanted = data.lines.filter((line) => line.length > 1);
    wanted.sort((a, b) => b.some((row) => picked.has(row)) - a.some((row) => picked.has(row)));
    const lines = wanted.slice(0, MOST_LINES);
    if (!lines.length) return show("throughput");
    const all = lines.flat().map((row) => data.rows[row]);
    const batches = [...new Set(all.map((row) => row.batch))].sort((a, b) => a - b);
    const rates = all.map((row) => row.rate[0]);
    const names = lines.map(([row]) => data.rows[row].name);
    const label = (index) => (names.indexOf(names[index]) === index ? names[index] : `${names[index]} (${index + 1})`);
    const series = lines.flatMap((line, index) => {
      const rows = line.map((row) => data.rows[row]);
      const on = { name: label(index), color: look.series[index % 8] };
      return [
        { ...on, type: "line", data: rows.map((row) => [row.batch, row.rate[0]]), symbolSize: 9,
          symbol: SYMBOLS[index % 8], lineStyle: { width: 2, type: index < 8 ? "solid" : "dashed" },
          markLine: index ? undefined : { silent: true, symbol: "none",
            lineStyle: { color: look.ink, type: "dashed" },
            label: { color: look.ink, formatter: ({ value }) => `from ${value}` },
            data: [...new Set(data.crossovers.map((crossing) => crossing.batch))].map((xAxis) => ({ xAxis })) } },
        whiskers(rows.flatMap((row) => [[row.batch, row.rate[1]], [row.batch, row.rate[2]], [row.batch, null]]), on),
      ];
    });
    const said = data.crossovers.slice(0, 4).map((crossing) => crossing.text);
    if (data.crossovers.length > 4) said.push("Further crossovers stand in the list of results.");
    if (lines.length < wanted.length) said.push(`${lines.length} of ${wanted.length} lines are drawn, those of picked rows first.`);
    show("throughput", 400, lines.map((line, index) => `${label(index)}: ${
      line.map((row) => `${data.rows[row].rateText} at batch ${data.rows[row].batch}`).join(", ")}`).join("; "), {
      legend: legend(lines.map((_, index) => label(index))),
      grid: { left: 64, right: 34, top: 60, bottom: 46 },
      xAxis: axis({ type: "log", logBase: 2, name: "batch", nameLocation: "middle", nameGap: 28,
        min: batches[0] / 1.3, max: batches.at(-1) * 1.3, splitLine: { show: false },
        axisTick: { customValues: batches }, axisLabel: { customValues: batches, formatter: (value) => `${value}` } }),
      yAxis: axis({ type: spread(rates) > 4 ? "log" : "value", min: spread(rates) > 4 ? undefined : 0,
        name: `${data.items} per second`, nameTextStyle: { color: look.soft, align: "left", padding: [0, 0, 0, -50] },
        axisLabel: { formatter: count } }),
      series,
      tooltip: { trigger: "item", formatter: ({ seriesIndex, dataIndex }) => {
        const row = data.rows[lines[Math.floor(seriesIndex / 2)][dataIndex]];
        return tip(full(row), [`${row.rateText} ${data.items.toLowerCase()} per second`, `a call: ${row.p50Text}`]);
      } },
    }, said.join(" "));
  }

  function accuracy(data) {
    const groups = data.fronts.filter((front) => front.rows.length);
    if (!groups.length) return show("accuracy");
    const points = groups.flatMap((front) => front.rows.map((row) => ({ row: data.rows[row], front })));
    const few = points.length <= FEW_POINTS;
    const times = points.map(({ row }) => row.p50[0]);
    const entries = few
      ? points.map((point) => ({ name: `${full(point.row)}`, points: [point] }))
      : groups.map((front) => ({ name: front.name, points: points.filter((point) => point.front === front) }));
    const names = entries.map(({ name }, index) => entries.findIndex((other) => other.name === name) === index ? name : `${name} (${index + 1})`);
    const dots = entries.map((entry, index) => ({
      type: "scatter", name: names[index], color: look.series[index % 8], symbol: SYMBOLS[index % 8],
      symbolSize: few ? 12 : 7, data: entry.points.map(({ row }) => [row.p50[0], 100 * row.accuracy[0]]),
    }));
    const bars = !few ? [] : points.map(({ row }, index) => whiskers([
      [row.p50[1], 100 * row.accuracy[0]], [row.p50[2], 100 * row.accuracy[0]], [null, null],
      [row.p50[0], 100 * row.accuracy[1]], [row.p50[0], 100 * row.accuracy[2]],
    ], { name: names[index], color: look.series[index % 8] }));
    const best = groups.map((front) => whiskers(
      front.best.map((row) => [data.rows[row].p50[0], 100 * data.rows[row].accuracy[0]]),
      { step: "end", lineStyle: { color: look.ink, width: 1.5, type: "dashed" }, z: 1 }));
    const said = groups.slice(0, 8).map((front) => `${front.name}: on the front ${
      front.best.slice(0, 6).map((row) => data.rows[row].name).join("; ")}${front.best.length > 6 ? " …" : ""}.`);
    show("accuracy", 400, said.join(" "), {
      legend: legend(names), grid: { left: 70, right: 24, top: 60, bottom: 46 },
      xAxis: axis({ type: spread(times) > 4 ? "log" : "value", scale: true, name: "time of a call",
        nameLocation: "middle", nameGap: 28, splitNumber: look.narrow ? 3 : 6, axisLabel: { formatter: tick } }),
      yAxis: axis({ type: "value", scale: true, name: "accuracy", nameTextStyle: { color: look.soft, align: "left", padding: [0, 0, 0, -50] },
        axisLabel: { formatter: (value) => `${Number(value.toFixed(2))} %` } }),
      series: [...dots, ...bars, ...best],
      tooltip: { trigger: "item", formatter: ({ seriesIndex, dataIndex }) => {
        const { row, front } = entries[seriesIndex].points[dataIndex];
        return tip(full(row), [`a call: ${row.p50Text}`,
          `accuracy ${row.accuracyText}, interval ${percent(row.accuracy[1])} to ${percent(row.accuracy[2])}`,
          front.best.some((index) => data.rows[index] === row) ? "on the Pareto front" : "beaten in both by another row"]);
      } },
    }, said.join(" "));
  }

  const category = (names) => axis({
    type: "category", data: names, inverse: true, axisTick: { show: false },
    axisLabel: { color: look.ink, interval: 0, hideOverlap: false, overflow: "break",
      width: look.narrow ? 108 : 190, fontSize: look.narrow ? 10.5 : 12, lineHeight: 14 },
  });

  function cold(rows) {
    if (!rows.length) return show("cold");
    const steps = ["import", "load", "first call", "second call"];
    show("cold", rows.length * 44 + 90, rows.map((row) => `${full(row)}: ${
      steps.map((step, index) => `${step} ${seconds(row.cold[index])}`).join(", ")}`).join("; "), {
      legend: legend(steps), grid: { left: look.narrow ? 116 : 204, right: 24, top: 36, bottom: 30 },
      xAxis: axis({ type: "value", splitNumber: look.narrow ? 3 : 6, axisLabel: { formatter: tick } }),
      yAxis: category(rows.map(full)),
      series: steps.map((name, index) => ({
        type: "bar", stack: "cold", name, barMaxWidth: 22, data: rows.map((row) => row.cold[index]),
        itemStyle: { borderColor: look.paper, borderWidth: 1 },
      })),
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: ([{ dataIndex }]) =>
        tip(full(rows[dataIndex]), steps.map((step, index) => `${step}: ${seconds(rows[dataIndex].cold[index])}`)) },
    });
  }

  function operators(rows) {
    const kinds = new Map(); // the same nodes at every batch are one set of bars
    for (const row of rows) kinds.set(`${row.name} ${JSON.stringify(row.operators)}`, row);
    const shown = [...kinds.values()].filter((row) => Object.keys(row.operators).length);
    if (!shown.length) return show("operators");
    const names = [...new Set(shown.flatMap((row) => Object.keys(row.operators)))];
    show("operators", names.length * (12 * shown.length + 14) + 90, shown.map((row) => `${row.name}: ${
      Object.entries(row.operators).map(([name, n]) => `${n} ${name}`).join(", ")}`).join("; "), {
      legend: legend(shown.map((row) => row.name)),
      grid: { left: look.narrow ? 116 : 204, right: 24, top: 36, bottom: 30 },
      xAxis: axis({ type: "value", minInterval: 1 }), yAxis: category(names),
      series: shown.map((row) => ({ type: "bar", name: row.name, barMaxWidth: 12,
        data: names.map((name) => row.operators[name] ?? 0) })),
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: ([{ dataIndex }]) =>
        tip(names[dataIndex], shown.map((row) => `${row.name}: ${row.operators[names[dataIndex]] ?? 0}`)) },
    });
  }

  function profile(rows) {
    const shown = rows.filter((row) => Object.keys(row.profile).length);
    if (!shown.length) return show("profile");
    const total = (name) => Math.max(...shown.map((row) => row.profile[name] ?? 0));
    const names = [...new Set(shown.flatMap((row) => Object.keys(row.profile)))].sort((a, b) => total(b) - total(a));
    show("profile", names.length * (12 * shown.length + 14) + 90, shown.map((row) => `${full(row)}: ${
      Object.entries(row.profile).map(([name, time]) => `${name} ${seconds(time)}`).join(", ")}`).join("; "), {
      legend: legend(shown.map(full)),
      grid: { left: look.narrow ? 116 : 204, right: 24, top: 36, bottom: 30 },
      xAxis: axis({ type: "value", splitNumber: look.narrow ? 3 : 6, axisLabel: { formatter: tick } }),
      yAxis: category(names),
      series: shown.map((row) => ({ type: "bar", name: full(row), barMaxWidth: 12,
        data: names.map((name) => row.profile[name] ?? 0) })),
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: ([{ dataIndex }]) =>
        tip(names[dataIndex], shown.map((row) => `${full(row)}: ${seconds(row.profile[names[dataIndex]] ?? 0)}`)) },
    });
  }

  function draw(data, picked, width) {
    const room = width ?? document.querySelector(".charts").clientWidth;
    look = { ...colours(), width, narrow: room < 600, room: Math.min(room, 820) - 40 };
    const rows = picked.map((index) => data.rows[index]).sort((a, b) => a.batch - b.batch);
    distributions(rows);
    course(rows);
    throughput(data, new Set(picked));
    accuracy(data);
    cold(rows);
    operators(rows);
    profile(rows);
  }

  return { draw, seconds };
})();
