"use strict";
// What every page does: the theme, and tables that their headings sort and that turn pages.
const BenchTables = (() => {
  const PAGE = 100; // rows of a table that are shown at once
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const states = new WeakMap(); // of each table: the page that is shown, and which rows match
  let chosen = null; // what the reader chose, which outweighs the system

  function theme() {
    const on = chosen ?? dark.matches;
    document.documentElement.classList.toggle("dark", on);
    const button = document.getElementById("theme");
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Light" : "Dark";
    button.setAttribute("aria-label", on ? "Switch to light colours" : "Switch to dark colours");
    document.dispatchEvent(new Event("redraw"));
  }

  function value(element, place, named) {
    const cell = element.cells[place];
    if (named) return cell.textContent;
    return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
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
    turn(table, 0);
  }

  // Shows the rows that match, a page of them at once; paper has them all.
  function turn(table, page, all = false) {
    const state = states.get(table);
    const rows = [...table.tBodies[0].rows];
    const matching = rows.filter(state.matches);
    state.page = Math.max(0, Math.min(page, Math.ceil(matching.length / PAGE) - 1));
    const first = state.page * PAGE;
    const shown = new Set(all ? matching : matching.slice(first, first + PAGE));
    for (const row of rows) row.hidden = !shown.has(row);
    if (!state.pager) return;
    const last = Math.min(first + PAGE, matching.length);
    const [back, said, on] = state.pager.children;
    const number = (count) => count.toLocaleString("en");
    said.textContent = matching.length
      ? `Rows ${number(first + 1)} to ${number(last)} of ${number(matching.length)}` : "No row matches.";
    back.disabled = !first;
    on.disabled = last === matching.length;
  }

  function pager(table) {
    const made = document.createElement("p");
    made.className = "pager";
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    const [back, on] = [["Previous", -1], ["Next", 1]].map(([text, step]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.addEventListener("click", () => {
        turn(table, states.get(table).page + step);
        table.closest(".scroll").scrollTop = 0;
      });
      return button;
    });
    made.append(back, said, on);
    table.closest(".scroll").after(made);
    return made;
  }

  const tables = [...document.querySelectorAll("table.rows")];
  // A long table leaves to its headings what each cell of a column is.
  for (const table of tables) {
    const headings = [...table.tHead.rows[0].cells];
    if (table.tBodies[0].rows[0]?.cells[headings.length - 1].dataset.of !== undefined) continue;
    for (const row of table.tBodies[0].rows) {
      headings.forEach((heading, place) => {
        const cell = row.cells[place];
        if (cell.tagName !== "TD" || cell.matches(".pick")) return;
        cell.classList.add(heading.className);
        if (cell.textContent) cell.dataset.of = heading.textContent;
      });
    }
  }
  for (const table of tables) {
    const long = table.tBodies[0].rows.length > PAGE;
    states.set(table, { page: 0, matches: () => true, pager: long ? pager(table) : null });
    turn(table, 0);
    table.tHead.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) sort(button.closest("th"));
    });
  }
  document.getElementById("theme").addEventListener("click", () => {
    chosen = !(chosen ?? dark.matches);
    theme();
  });
  dark.addEventListener("change", theme);
  // Paper is light, whatever the screen is.
  addEventListener("beforeprint", () => {
    document.documentElement.classList.remove("dark");
    for (const table of tables) turn(table, 0, true);
  });
  addEventListener("afterprint", () => {
    for (const table of tables) turn(table, 0);
    theme();
  });
  theme();

  // `matches` tells of a row's element whether it is to be shown.
  function narrow(table, matches) {
    states.get(table).matches = matches;
    turn(table, 0);
  }
  return { narrow };
})();
