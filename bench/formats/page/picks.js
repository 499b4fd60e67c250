"use strict";
// The rows of a table that are drawn: filtered and picked by the reader; the charts draw them.
(() => {
  const data = Drawing.data;
  const table = document.getElementById("rows");
  const body = table.tBodies[0];
  const boxes = [...body.querySelectorAll(".pick input")];
  const MOST = 8; // rows in one chart; there are as many colours
  const MOST_VALUES = 200; // of a column, for a list to choose from
  const PAPER = 330; // pixels of a chart there, two side by side
  const filter = document.getElementById("filter"); // none above a table that is seen at a glance
  const numberOf = (box) => Number(box.closest("tr").dataset.row);

  const picked = () => boxes.filter((box) => box.checked).map(numberOf).sort((a, b) => a - b);

  function draw(width) {
    const rows = picked();
    for (const box of boxes) box.disabled = rows.length >= MOST && !box.checked;
    document.getElementById("picked").textContent = boxes.length
      ? `${rows.length} of at most ${MOST} rows are picked for the charts.` : "";
    BenchCharts.draw(data, rows, width);
  }

  // A list for each column of names and words, of which the reader may choose one.
  function facets() {
    const controls = document.querySelector(".controls");
    const headings = [...table.tHead.rows[0].cells];
    return headings.flatMap((heading, place) => {
      if (!heading.matches(".name, .state")) return [];
      const values = [...new Set([...body.rows].map((row) => row.cells[place].textContent))].filter(Boolean);
      if (values.length < 2 || values.length > MOST_VALUES) return [];
      values.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
      const label = document.createElement("label");
      const select = document.createElement("select");
      select.append(new Option("all", ""), ...values.map((value) => new Option(value, value)));
      select.setAttribute("aria-label", heading.textContent);
      select.addEventListener("change", narrow);
      label.append(`${heading.textContent} `, select);
      controls.insertBefore(label, document.getElementById("picked"));
      return [{ place, select }];
    });
  }

  function narrow() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    BenchTables.narrow(table, (row) => {
      const said = words.length ? row.textContent.toLowerCase() : "";
      return words.every((word) => said.includes(word))
        && lists.every(({ place, select }) => !select.value || row.cells[place].textContent === select.value);
    });
  }

  const lists = filter ? facets() : [];
  for (const box of boxes) {
    const row = data.rows[numberOf(box)];
    box.style.accentColor = `var(--c${row.model % MOST})`;
    box.checked = data.picked.includes(numberOf(box));
  }
  filter?.addEventListener("input", narrow);
  body.addEventListener("change", () => draw());
  document.addEventListener("pick", ({ detail }) => { // one row alone, from elsewhere on the page
    for (const box of boxes) box.checked = numberOf(box) === detail;
    draw();
  });
  document.addEventListener("redraw", () => draw());
  document.addEventListener("toggle", () => draw(), true); // what is folded has no width to draw at
  addEventListener("beforeprint", () => draw(PAPER));

  draw();
  let width = document.documentElement.clientWidth;
  addEventListener("resize", () => {
    if (document.documentElement.clientWidth === width) return;
    width = document.documentElement.clientWidth;
    requestAnimationFrame(() => draw());
  });
})();
