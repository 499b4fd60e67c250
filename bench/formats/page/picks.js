"use strict";
// The rows of a table that are drawn: filtered and picked by the reader; charts.js draws them.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const body = document.querySelector("#rows tbody");
  const MOST = 8; // rows in one chart; there are as many colours

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

  function filter(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of body.rows) {
      const said = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => said.includes(word));
    }
  }

  document.getElementById("filter").addEventListener("input", (event) => filter(event.target.value));
  body.addEventListener("change", draw);
  document.addEventListener("theme", draw);
  // Paper is narrow.
  addEventListener("beforeprint", () => BenchCharts.draw(data, picked(), 680));

  const boxes = [...body.querySelectorAll(".pick input")];
  boxes.slice(0, 6).forEach((box) => { box.checked = true; });
  draw();
  let width = document.documentElement.clientWidth;
  addEventListener("resize", () => {
    if (document.documentElement.clientWidth === width) return;
    width = document.documentElement.clientWidth;
    requestAnimationFrame(draw);
  });
})();
