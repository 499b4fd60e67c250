"use strict";
// The theme, the table's order, filter and picks; the charts themselves are drawn by charts.js.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const body = document.querySelector("#rows tbody");
  const MOST = 8; // rows in one chart; there are as many colours
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null; // what the reader chose, which outweighs the system

  function theme() {
    const on = chosen ?? dark.matches;
    document.documentElement.classList.toggle("dark", on);
    const button = document.getElementById("theme");
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Light" : "Dark";
    button.setAttribute("aria-label", on ? "Switch to light colours" : "Switch to dark colours");
  }

  const picked = () =>
    [...body.querySelectorAll(".pick input:checked")].map((box) => Number(box.closest("tr").dataset.row));

  function draw() {
    const rows = picked().sort((a, b) => a - b);
    for (const box of body.querySelectorAll(".pick input")) {
      box.disabled = rows.length >= MOST && !box.checked;
    }
    document.getElementById("picked").textContent = data.rows.some((row) => row.p50)
      ? `${rows.length} of at most ${MOST} rows are picked for the charts.` : "";
    BenchCharts.draw(data, rows);
  }

  function value(row, key) {
    const [name, index] = key.split(".");
    if (name === "width") return row.p50 && row.p50[2] !== null ? row.p50[2] / row.p50[0] : null;
    const found = row[name];
    return found === undefined || found === null ? null : index === undefined ? found : found[index];
  }

  function sort(heading) {
    const ascending = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of document.querySelectorAll("#rows thead th")) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const place = [...heading.parentNode.children].indexOf(heading);
    const named = heading.classList.contains("name");
    const keyed = [...body.rows].map((element) => {
      const row = data.rows[Number(element.dataset.row)];
      const text = element.cells[Math.min(place, element.cells.length - 1)].textContent;
      return { element, row, key: named ? text : value(row, heading.dataset.key) };
    });
    keyed.sort((a, b) => {
      // What has no figure stays at the end, whichever way the figures run.
      if ((a.key === null) !== (b.key === null)) return a.key === null ? 1 : -1;
      const order = named ? a.key.localeCompare(b.key, "en", { numeric: true }) : a.key - b.key;
      return (ascending ? order : -order) || a.element.dataset.row - b.element.dataset.row;
    });
    body.append(...keyed.map((one) => one.element));
  }

  function filter(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of body.rows) {
      const said = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => said.includes(word));
    }
  }

  document.getElementById("theme").addEventListener("click", () => {
    chosen = !(chosen ?? dark.matches);
    theme();
    draw();
  });
  dark.addEventListener("change", () => { theme(); draw(); });
  document.querySelector("#rows thead").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) sort(button.closest("th"));
  });
  document.getElementById("filter").addEventListener("input", (event) => filter(event.target.value));
  body.addEventListener("change", draw);

  // Paper is light and narrow, whatever the screen is.
  addEventListener("beforeprint", () => {
    document.documentElement.classList.remove("dark");
    BenchCharts.draw(data, picked(), 680);
  });
  addEventListener("afterprint", () => { theme(); draw(); });

  const boxes = [...body.querySelectorAll(".pick input")];
  boxes.slice(0, 6).forEach((box) => { box.checked = true; });
  theme();
  draw();
  let width = document.documentElement.clientWidth;
  addEventListener("resize", () => {
    if (document.documentElement.clientWidth === width) return;
    width = document.documentElement.clientWidth;
    requestAnimationFrame(draw);
  });
})();
