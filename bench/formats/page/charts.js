"use strict";
// The charts of the rows that a reader picked, from the objects that bench/views/page/data.py makes.
const RowCharts = (() => {
  const { look, seconds, tick, rounded, full, styles, tip, axis, category, legend, show } = Drawing;
  const FAR = 8; // times between the ends of an axis, from which on it is logarithmic
  const SLOWEST = 2.5; // times the median: slower calls are triangles at the upper edge
  let logarithmic = false; // what the reader chose for the distributions

  // Numbers first: where there is no room, the end of the name is left out.
  const heading = (row) => `${row.p50Text} · batch ${row.batch} · ${row.name}`;

  // One above the other: a grid and a title for each row; `bottom` tells which have figures below.
  function stacked(titles, colours, bottom) {
    let top = 0;
    const places = titles.map((_, index) => {
      const place = { top: top + 26, height: look.band - 34 };
      top += look.band + (bottom(index) ? 30 : 8);
      return place;
    });
    return {
      height: top + 4,
      title: titles.map((text, index) => ({
        text, left: 4, top: places[index].top - 24,
        textStyle: { color: colours[index], fontSize: 13, fontWeight: 600, width: look.room, overflow: "truncate" },
      })),
      places,
    };
  }

  // The ends of a row's bins, and of its interval unless that is far wider than they are.
  function reach({ bins: { start, width, counts }, p50: [, low, high] }) {
    const end = start + counts.length * width;
    return [
      Math.max(Math.min(low, start) - width, start - (end - start), start / 2),
      Math.min(Math.max(high ?? end, end) + width, end + (end - start)),
    ];
  }

  // Rows of one batch share their axis, so that they can be compared by eye.
  function scales(rows) {
    const made = new Map();
    for (const row of rows) {
      const [low, high] = reach(row);
      const scale = made.get(row.batch) ?? { low, high };
      made.set(row.batch, { low: Math.min(low, scale.low), high: Math.max(high, scale.high) });
    }
    for (const scale of made.values()) {
      scale.log = logarithmic || scale.high > FAR * scale.low;
      scale.at = scale.log ? Math.log : (value) => value;
      scale.back = scale.log ? Math.exp : (value) => value;
    }
    return rows.map((row) => made.get(row.batch));
  }

  function distributions(rows) {
    if (!rows.length) return show("distributions");
    const on = scales(rows), colours = styles(rows).map(({ color }) => color);
    const ends = (index) => on[index + 1] !== on[index];
    const { height, title, places } = stacked(rows.map(heading), colours, ends);
    const series = rows.map((row, index) => {
      const { at, log } = on[index], { total, counts } = row.bins;
      const { start, width, counts: drawn } = log ? row.logs : row.bins;
      const middle = drawn.map((n, bin) => [start + (bin + 0.5) * width, (100 * n) / total]);
      const data = [[start - width / 2, 0], ...middle, [start + (drawn.length + 0.5) * width, 0]];
      const [value, low, high] = row.p50;
      return {
        type: "line", step: "middle", data, xAxisIndex: index, yAxisIndex: index, symbol: "none",
        name: full(row), color: colours[index], lineStyle: { width: 1.5 }, areaStyle: { opacity: 0.18 },
        markArea: high === null ? undefined : {
          silent: true, itemStyle: { color: colours[index], opacity: 0.34 },
          data: [[{ xAxis: at(Math.max(low, on[index].low)) }, { xAxis: at(high) }]],
        },
        markLine: {
          silent: true, symbol: "none", precision: 15, // its default rounds seconds to hundredths
          lineStyle: { color: look.ink, type: "solid", width: 1.5 },
          label: { show: false }, data: [{ xAxis: at(value) }],
        },
      };
    });
    const outside = rows.filter((row) => row.bins.outside).map((row) => `${full(row)}: ${row.bins.outside}`);
    const said = outside.length ? `Beyond 99.9 % of the calls, and not drawn: ${outside.join("; ")}.` : "";
    const alone = !logarithmic && on.some(({ log }) => log);
    show("distributions", height, rows.map((row) => `${full(row)}: median ${row.p50Text}`).join("; "), {
      title,
      grid: places.map((place) => ({ ...place, left: 8, right: 12 })),
      xAxis: on.map(({ low, high, at, back }, index) => axis({
        gridIndex: index, type: "value", min: at(low), max: at(high),
        axisTick: { customValues: rounded(low, high, look.narrow ? 4 : 7).map(at) },
        splitLine: { show: false },
        axisLabel: { show: ends(index), customValues: rounded(low, high, look.narrow ? 4 : 7).map(at),
          formatter: (value) => tick(back(value)) },
      })),
      yAxis: rows.map((_, index) => axis({ gridIndex: index, type: "value", show: false })),
      series,
      tooltip: {
        trigger: "axis",
        formatter: ([{ seriesIndex, data: [middle, share] }]) => {
          const row = rows[seriesIndex], { log, back } = on[seriesIndex];
          const half = (log ? row.logs : row.bins).width / 2;
          return tip(full(row), [
            `${seconds(back(middle - half))} to ${seconds(back(middle + half))}: ${share.toFixed(1)} % of ${row.bins.total.toLocaleString("en")} calls`,
            `median ${row.p50Text}, interval ${seconds(row.p50[1])} to ${seconds(row.p50[2])}`,
            row.bins.outside && `not drawn: ${row.bins.outside}`,
          ]);
        },
      },
    }, alone ? `Times far apart are on a logarithmic scale. ${said}` : said);
    scaleSwitch();
  }

  function scaleSwitch() {
    const figure = document.getElementById("distributions");
    if (!figure || figure.querySelector(".switch")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "switch";
    button.textContent = "Logarithmic scale";
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      logarithmic = !logarithmic;
      button.setAttribute("aria-pressed", String(logarithmic));
      document.dispatchEvent(new Event("redraw"));
    });
    figure.querySelector("figcaption").after(button);
  }

  // Lines over the rounds, as times of each one's usual time: one scale for all.
  function timelines(name, lines, said) {
    if (!lines.length) return show(name);
    const { height, title, places } = stacked(lines.map((line) => line.title), lines.map((line) => line.color), () => true);
    const top = Math.min(SLOWEST, Math.max(...lines.flatMap((line) => line.high ?? line.middle)));
    const bottom = Math.min(...lines.flatMap((line) => line.low ?? line.middle));
    const series = lines.flatMap((line, index) => {
      const on = { xAxisIndex: index, yAxisIndex: index, color: line.color, name: line.name };
      const dots = { ...on, type: "scatter", symbolSize: 3, silent: true, itemStyle: { opacity: 0.55 } };
      const starts = line.where.map(([, round], at) => (round === 1 ? at - 0.5 : null)).filter((at) => at !== null);
      return [
        { ...on, type: "line", symbol: "none", data: line.middle.map((value, at) => [at, value]),
          lineStyle: { width: 1.5 },
          markLine: { silent: true, symbol: "none", label: { show: false },
            lineStyle: { color: look.line, type: "solid" }, data: starts.slice(1).map((xAxis) => ({ xAxis })) },
          markArea: { silent: true, itemStyle: { color: look.shade },
            data: line.disturbed.map(([from, to]) => [{ xAxis: from - 0.5 }, { xAxis: to + 0.5 }]) } },
        { ...dots, data: (line.low ?? []).map((value, at) => [at, value]) },
        { ...dots, data: (line.high ?? []).map((value, at) => ({ value: [at, Math.min(value, top)],
          symbol: value > top ? "triangle" : "circle", symbolSize: value > top ? 7 : 3 })) },
      ];
    });
    show(name, height, lines.map((line) => `${line.name}: ${line.disturbed.length} disturbed stretches`).join("; "), {
      title, series,
      grid: places.map((place) => ({ ...place, left: look.narrow ? 46 : 56, right: 12 })),
      xAxis: lines.map((line, index) => axis({
        gridIndex: index, type: "value", min: -0.5, max: line.where.length - 0.5,
        splitLine: { show: false }, axisTick: { show: false },
        axisLabel: {
          customValues: line.where.map(([, round], at) => (round === 1 ? at : null)).filter((at) => at !== null),
          formatter: (at) => `${line.where[at]?.[0] ?? ""}`,
        },
      })),
      yAxis: lines.map((_, index) => axis({
        gridIndex: index, type: "value", min: bottom, max: top, axisLine: { show: false }, axisTick: { show: false },
        axisLabel: { customValues: rounded(bottom, top, 3), formatter: (value) => `${Number(value.toPrecision(3))} ×` },
        splitLine: { show: false },
      })),
      tooltip: {
        trigger: "axis",
        formatter: ([{ seriesIndex, dataIndex }]) => {
          const line = lines[Math.floor(seriesIndex / 3)];
          const [replicate, round] = line.where[dataIndex];
          const reason = line.disturbed.find(([from, to]) => from <= dataIndex && dataIndex <= to);
          return tip(`${line.name}: replicate ${replicate}, round ${round}`,
            [...line.told(dataIndex), reason && `disturbed: ${reason[2]}`]);
        },
      },
    }, said);
  }

  function course(rows) {
    const colours = styles(rows);
    const shaded = rows.some((row) => row.disturbed.length);
    timelines("course", rows.map((row, index) => {
      const usual = (values) => values.map((value) => value / row.p50[0]);
      return {
        name: full(row), title: heading(row), color: colours[index].color, where: row.where, disturbed: row.disturbed,
        low: usual(row.low), middle: usual(row.middle), high: usual(row.high),
        told: (at) => [`median ${seconds(row.middle[at])}`, `from ${seconds(row.low[at])} to ${seconds(row.high[at])}`],
      };
    }), `Replicates are numbered below; a triangle at the upper edge is a slower call than fits.${
      shaded ? "" : " No slot of these rows was disturbed."}`);
  }

  function speed(data) {
    timelines("speed", data.speed.map(({ label, where, middle, disturbed }) => ({
      name: label || "the machine", title: label || "all rows", color: look.ink, where, middle, disturbed,
      told: (at) => [`calls took ${middle[at].toFixed(3)} × their usual time`],
    })), "Replicates are numbered below.");
  }

  function cold(rows) {
    if (!rows.length) return show("cold");
    const steps = ["import", "load", "first call", "second call"];
    const shades = [0.9, 0.6, 0.35, 0.18]; // no colours: these belong to the models
    show("cold", rows.length * 44 + 90, rows.map((row) => `${full(row)}: ${
      steps.map((step, index) => `${step} ${seconds(row.cold[index])}`).join(", ")}`).join("; "), {
      legend: legend(steps), grid: { left: look.narrow ? 116 : 204, right: 24, top: 36, bottom: 30 },
      xAxis: axis({ type: "value", splitNumber: look.narrow ? 3 : 6, axisLabel: { formatter: tick } }),
      yAxis: category(rows.map(full)),
      series: steps.map((name, index) => ({
        type: "bar", stack: "cold", name, barMaxWidth: 22, color: look.soft, data: rows.map((row) => row.cold[index]),
        itemStyle: { borderColor: look.paper, borderWidth: 1, opacity: shades[index] },
      })),
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: ([{ dataIndex }]) =>
        tip(full(rows[dataIndex]), steps.map((step, index) => `${step}: ${seconds(rows[dataIndex].cold[index])}`)) },
    });
  }

  // Bars of each row by operator, in one grid for each group of rows with an axis of its own.
  function bars(name, groups, key, written, tickOf) {
    if (!groups.length) return show(name);
    const width = (rows) => Math.max(4, Math.min(12, 60 / rows.length));
    const total = (rows, operator) => Math.max(...rows.map((row) => row[key][operator] ?? 0));
    let top = 56;
    const drawn = groups.map(([title, rows]) => {
      const names = [...new Set(rows.flatMap((row) => Object.keys(row[key])))];
      names.sort((a, b) => total(rows, b) - total(rows, a));
      const place = { top, height: names.length * (width(rows) * rows.length + 10) };
      top += place.height + 64;
      return { title, rows, names, place };
    });
    const all = drawn.flatMap(({ rows }) => rows);
    const labels = drawn.flatMap(({ rows }) => rows.map((row) => (groups.length > 1 ? full(row) : row.name)));
    const named = Drawing.distinct(labels);
    const looks = drawn.flatMap(({ rows }) => styles(rows));
    const grids = drawn.flatMap(({ rows }, grid) => rows.map(() => grid));
    show(name, top - 20, all.map((row) => `${full(row)}: ${
      Object.entries(row[key]).map(([operator, value]) => `${operator} ${written(value)}`).join(", ")}`).join("; "), {
      legend: legend(named),
      title: drawn.map(({ title, place }) => ({ text: title, left: 4, top: place.top - 22,
        textStyle: { color: look.ink, fontSize: 13, fontWeight: 600 } })),
      grid: drawn.map(({ place }) => ({ left: look.narrow ? 116 : 204, right: 24, ...place })),
      xAxis: drawn.map((_, gridIndex) => axis({ gridIndex, type: "value", minInterval: key === "operators" ? 1 : undefined,
        splitNumber: look.narrow ? 3 : 6, axisLabel: { formatter: tickOf } })),
      yAxis: drawn.map(({ names }, gridIndex) => ({ ...category(names), gridIndex })),
      series: all.map((row, index) => ({ type: "bar", name: named[index], xAxisIndex: grids[index], yAxisIndex: grids[index],
        barMaxWidth: 12, color: looks[index].color, itemStyle: { opacity: looks[index].shade },
        data: drawn[grids[index]].names.map((operator) => row[key][operator] ?? 0) })),
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: ([{ dataIndex, seriesIndex }]) => {
        const { rows, names } = drawn[grids[seriesIndex]];
        return tip(names[dataIndex], rows.map((row) => `${full(row)}: ${written(row[key][names[dataIndex]] ?? 0)}`));
      } },
    });
  }

  function operators(rows) {
    const kinds = new Map(); // the same nodes at every batch are one set of bars
    for (const row of rows) kinds.set(`${row.name} ${JSON.stringify(row.operators)}`, row);
    const shown = [...kinds.values()].filter((row) => Object.keys(row.operators).length);
    bars("operators", shown.length ? [["", shown]] : [], "operators", String, String);
  }

  function profile(rows) {
    const shown = rows.filter((row) => Object.keys(row.profile).length);
    const batches = [...new Set(shown.map((row) => row.batch))];
    bars("profile", batches.map((batch) => [`Batch ${batch}`, shown.filter((row) => row.batch === batch)]), "profile", seconds, tick);
  }

  function draw(data, rows) {
    distributions(rows);
    speed(data);
    course(rows);
    cold(rows);
    operators(rows);
    profile(rows);
  }
  return { draw };
})();
