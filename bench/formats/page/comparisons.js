"use strict";
// The charts of a whole report: differences, throughput and accuracy; then all charts together.
const BenchCharts = (() => {
  const { look, seconds, tick, rounded, full, styles, tip, axis, category, legend, whiskers, distinct, show } = Drawing;
  const MOST_LINES = 24, FEW_POINTS = 16, MOST_DIFFERENCES = 16, MOST_ON_PAPER = 11;
  const count = (value) => (value >= 1e6 ? `${value / 1e6}M` : value >= 1e3 ? `${value / 1e3}k` : `${value}`);
  const percent = (value) => `${(100 * value).toFixed(2)} %`;
  const spread = (values) => Math.max(...values) / Math.min(...values);

  // A ratio of too few replicates may have no end: whoever is 100 times as slow needs no finer scale.
  const within = (ratio) => Math.max(0.01, Math.min(ratio, 100));

  // Those that have to do with picked rows come first where not all have room.
  const first = (list, wanted) => [...list].sort((a, b) => wanted(b) - wanted(a));

  function differences(data, picked) {
    const all = first(data.differences, ({ row }) => picked.has(row));
    const shown = all.slice(0, look.width ? MOST_ON_PAPER : MOST_DIFFERENCES).map((each) => ({ ...each, ratio: each.ratio.map(within) }));
    if (!shown.length) return show("differences");
    const colours = styles(shown.map(({ row }) => data.rows[row]));
    const low = Math.min(1 - 2 * data.margin, ...shown.map(({ ratio }) => ratio[1]));
    const high = Math.max(1 + 2 * data.margin, ...shown.map(({ ratio }) => ratio[2]));
    const log = high > 4 * low;
    const at = log ? Math.log : (value) => value, back = log ? Math.exp : (value) => value;
    const ends = log ? [low / 1.1, high * 1.1] : [low - 0.05 * (high - low), high + 0.05 * (high - low)];
    const names = distinct(shown.map(({ row, against, text }) => `${full(data.rows[row])}\nagainst ${against}\n${text}`));
    const left = look.width ? 196 : look.narrow ? 176 : 214;
    const onOneLine = (index) => names[index].replaceAll("\n", " ");
    show("differences", shown.length * 64 + 60, shown.map((_, index) => onOneLine(index)).join("; "), {
      grid: { left, right: 24, top: 8, bottom: 52 },
      xAxis: axis({ type: "value", min: at(ends[0]), max: at(ends[1]), splitLine: { show: false },
        name: look.narrow ? "below 1 is faster" : "time over the baseline's: below 1 is faster", nameLocation: "middle", nameGap: 28,
        axisTick: { customValues: rounded(...ends, look.narrow ? 4 : 7).map(at) },
        axisLabel: { customValues: rounded(...ends, look.narrow ? 4 : 7).map(at),
          formatter: (value) => `${Number(back(value).toPrecision(4))}` } }),
      yAxis: category(names, left - 8),
      series: [
        { type: "scatter", data: shown.map(({ ratio }, index) => ({
          value: [at(ratio[0]), index], itemStyle: { color: colours[index].color } })),
          symbolSize: 9, z: 3,
          markArea: { silent: true, itemStyle: { color: look.soft, opacity: 0.2 },
            data: [[{ xAxis: at(1 - data.margin) }, { xAxis: at(1 + data.margin) }]] },
          markLine: { silent: true, symbol: "none", precision: 15, label: { show: false },
            lineStyle: { color: look.ink, type: "solid" }, data: [{ xAxis: at(1) }] } },
        ...shown.map(({ ratio }, index) => whiskers([[at(ratio[1]), index], [at(ratio[2]), index]],
          { color: colours[index].color, lineStyle: { width: 3 } })),
      ],
      tooltip: { trigger: "item", formatter: ({ dataIndex }) => tip(onOneLine(dataIndex), []) },
    }, shown.length < all.length ? `${shown.length} of ${all.length} comparisons are drawn, those of picked rows first.` : "");
  }

  function throughput(data, picked) {
    const wanted = first(data.lines.filter((line) => line.length > 1), (line) => line.some((row) => picked.has(row)));
    const lines = wanted.slice(0, MOST_LINES);
    if (!lines.length) return show("throughput");
    const all = lines.flat().map((row) => data.rows[row]);
    const batches = [...new Set(all.map((row) => row.batch))].sort((a, b) => a - b);
    const rates = all.map((row) => row.rate[0]);
    const names = distinct(lines.map(([row]) => data.rows[row].name));
    const looks = styles(lines.map(([row]) => data.rows[row]));
    const series = lines.flatMap((line, index) => {
      const rows = line.map((row) => data.rows[row]);
      const on = { name: names[index], color: looks[index].color };
      return [
        { ...on, type: "line", data: rows.map((row) => [row.batch, row.rate[0]]), symbolSize: 9,
          symbol: looks[index].symbol, lineStyle: { width: 2, type: looks[index].dash },
          markLine: index ? undefined : { silent: true, symbol: "none",
            lineStyle: { color: look.ink, type: "dashed" },
            label: { color: look.ink, formatter: ({ value }) => `from ${value}` },
            data: [...new Set(data.crossovers.map((crossing) => crossing.batch))].map((xAxis) => ({ xAxis })) } },
        whiskers(rows.flatMap((row) => [[row.batch, row.rate[1]], [row.batch, row.rate[2]], [row.batch, null]]), on),
      ];
    });
    const said = data.crossovers.slice(0, 2).map((crossing) => crossing.text);
    if (data.crossovers.length > 2) said.push("Further crossovers stand in the list of results.");
    if (lines.length < wanted.length) said.push(`${lines.length} of ${wanted.length} lines are drawn, those of picked rows first.`);
    show("throughput", look.tall, lines.map((line, index) => `${names[index]}: ${
      line.map((row) => `${data.rows[row].rateText} at batch ${data.rows[row].batch}`).join(", ")}`).join("; "), {
      legend: legend(names),
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
    const models = [...new Set(points.map(({ row }) => row.model))];
    const entries = few ? points.map((point) => ({ name: full(point.row), points: [point] }))
      : models.map((model) => ({ name: data.models[model], points: points.filter(({ row }) => row.model === model) }));
    const names = distinct(entries.map(({ name }) => name));
    const looks = styles(entries.map((entry) => entry.points[0].row));
    const dots = entries.map((entry, index) => ({
      type: "scatter", name: names[index], color: looks[index].color, symbol: looks[index].symbol,
      symbolSize: few ? 12 : 7, data: entry.points.map(({ row }) => [row.p50[0], 100 * row.accuracy[0]]),
    }));
    const bars = !few ? [] : points.map(({ row }, index) => whiskers([
      [row.p50[1], 100 * row.accuracy[0]], [row.p50[2], 100 * row.accuracy[0]], [null, null],
      [row.p50[0], 100 * row.accuracy[1]], [row.p50[0], 100 * row.accuracy[2]],
    ], { name: names[index], color: looks[index].color }));
    const best = groups.map((front) => whiskers(
      front.best.map((row) => [data.rows[row].p50[0], 100 * data.rows[row].accuracy[0]]),
      { step: "end", lineStyle: { color: look.ink, width: 1.5, type: "dashed" }, z: 1 }));
    const said = groups.slice(0, 4).map((front) => `${front.name}: on the front ${
      front.best.slice(0, 6).map((row) => data.rows[row].name).join("; ")}${front.best.length > 6 ? " …" : ""}.`);
    show("accuracy", look.tall, said.join(" "), {
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

  function draw(data, picked, width) {
    Drawing.dress(width, width ?? document.querySelector(".charts .chart")?.clientWidth ?? 0);
    const rows = picked.map((index) => data.rows[index]).sort((a, b) => a.batch - b.batch);
    RowCharts.draw(data, rows);
    differences(data, new Set(picked));
    throughput(data, new Set(picked));
    accuracy(data);
  }

  return { draw, seconds };
})();
