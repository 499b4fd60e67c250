"use strict";
// What every page does: the theme, and tables that their headings sort.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null; // what the reader chose, which outweighs the system

  function theme() {
    const on = chosen ?? dark.matches;
    document.documentElement.classList.toggle("dark", on);
    const button = document.getElementById("theme");
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Light" : "Dark";
    button.setAttribute("aria-label", on ? "Switch to light colours" : "Switch to dark colours");
    document.dispatchEvent(new Event("theme"));
  }

  function value(element, place, named) {
    const cell = element.cells[place];
    if (named) return (cell ?? element.cells[element.cells.length - 1]).textContent;
    return cell?.dataset.value === undefined ? null : Number(cell.dataset.value);
  }

  function sort(heading) {
    const ascending = heading.getAttribute("aria-sort") !== "ascending";
    const table = heading.closest("table");
    for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const place = [...heading.parentNode.children].indexOf(heading);
    const named = !heading.classList.contains("number");
    const keyed = [...table.tBodies[0].rows].map((element) => ({ element, key: value(element, place, named) }));
    keyed.sort((a, b) => {
      // What has no figure stays at the end, whichever way the figures run.
      if ((a.key === null) !== (b.key === null)) return a.key === null ? 1 : -1;
      const order = named ? a.key.localeCompare(b.key, "en", { numeric: true }) : a.key - b.key;
      return (ascending ? order : -order) || a.element.dataset.row - b.element.dataset.row;
    });
    table.tBodies[0].append(...keyed.map(({ element }) => element));
  }

  document.getElementById("theme").addEventListener("click", () => {
    chosen = !(chosen ?? dark.matches);
    theme();
  });
  dark.addEventListener("change", theme);
  for (const head of document.querySelectorAll("table.rows thead")) {
    head.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) sort(button.closest("th"));
    });
  }
  // Paper is light, whatever the screen is.
  addEventListener("beforeprint", () => document.documentElement.classList.remove("dark"));
  addEventListener("afterprint", theme);
  theme();
})();
