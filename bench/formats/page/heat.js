"use strict";
// A map of all rows: a line for each model, a column for each target of each machine, one batch at a time.
// A cell has how many times the time of the fastest of its line it takes, and leads to its distribution.
(() => {
  const place = document.getElementById("heat");
  if (!place) return;
  const data = Drawing.data;
  const HOTTEST = 10; // times the fastest: slower cells are no hotter
  const STRONGEST = 70; // percent of the colour, so that figures are still read on it
  const make = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });

  const kinds = [...new Set(data.rows.map((row) => row.batch))].sort((a, b) => a - b);
  const columns = [...new Set(data.rows.map((row) => `${row.machine} ${row.target}`))]
    .map((key) => key.split(" ").map(Number)).sort((a, b) => a[0] - b[0] || a[1] - b[1]);

  function cell(index, fastest) {
    const td = make("td");
    if (index === undefined) return td;
    const row = data.rows[index];
    if (!row.p50) return Object.assign(td, { textContent: row.status, className: "dim" });
    const times = row.p50[0] / fastest;
    const strength = STRONGEST * Math.min(1, Math.log(times) / Math.log(HOTTEST));
    td.style.background = `color-mix(in srgb, var(--warn) ${strength.toFixed(0)}%, var(--paper))`;
    const link = make("a", times.toFixed(2));
    link.href = "#distributions";
    link.title = `${row.name}, batch ${row.batch}: ${row.p50Text}`;
    link.addEventListener("click", () => document.dispatchEvent(new CustomEvent("pick", { detail: index })));
    td.append(link);
    return td;
  }

  function drawn(batch) {
    const lines = new Map();
    data.rows.forEach((row, index) => {
      if (row.batch !== batch) return;
      const line = lines.get(row.model) ?? lines.set(row.model, new Map()).get(row.model);
      const key = `${row.machine} ${row.target}`;
      // Threads and variants of a target share its cell, in which the fastest of them stands.
      const other = data.rows[line.get(key)]?.p50?.[0] ?? Infinity;
      if (!line.has(key) || (row.p50?.[0] ?? Infinity) < other) line.set(key, index);
    });
    const table = make("table"), head = table.createTHead(), body = table.createTBody();
    if (data.labels.length > 1) {
      const machines = head.insertRow();
      machines.append(make("th"));
      for (const [machine] of columns) {
        const last = machines.lastChild;
        if (last.dataset.machine === String(machine)) last.colSpan += 1;
        else {
          const th = make("th", data.labels[machine]);
          th.dataset.machine = machine;
          machines.append(th);
        }
      }
    }
    const targets = head.insertRow();
    targets.append(make("th", "Model"), ...columns.map(([, target]) => make("th", data.targets[target])));
    for (const [model, line] of lines) {
      const tr = body.insertRow(), name = make("th", data.models[model]);
      name.scope = "row";
      const fastest = Math.min(...[...line.values()].map((index) => data.rows[index].p50?.[0] ?? Infinity));
      tr.append(name, ...columns.map(([machine, target]) => cell(line.get(`${machine} ${target}`), fastest)));
    }
    return table;
  }

  const scroll = make("div");
  scroll.className = "scroll heat";
  const draw = (batch) => scroll.replaceChildren(drawn(batch));
  if (kinds.length > 1) {
    const label = make("label", "Batch "), select = make("select");
    select.append(...kinds.map((batch) => new Option(batch, batch)));
    select.addEventListener("change", () => draw(Number(select.value)));
    label.append(select);
    place.append(label);
  }
  place.querySelector(".chart").remove(); // a table speaks for itself
  place.append(scroll);
  draw(kinds[0]);
})();
