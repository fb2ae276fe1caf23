// Tables follow the selection: a row with data-day or data-ids that lies outside it steps back, and says so.
import { dayChosen, follow, toggle } from "./selection.js";

/** Let every table of the page follow, and let a click on a row that names members choose them. */
export function followInTables() {
  follow((chosen) => {
    for (const row of document.querySelectorAll("tr[data-day], tr[data-ids]")) {
      const ids = row.dataset.ids ? JSON.parse(row.dataset.ids) : [];
      const held = ids.some((id) => chosen.ids.includes(id));
      const outside =
        (row.dataset.day !== undefined && !dayChosen(row.dataset.day, chosen)) ||
        (ids.length > 0 && chosen.ids.length > 0 && !held);
      row.classList.toggle("outside", outside);
      row.classList.toggle("chosen", held && !outside);
    }
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest("a, button, input, select, textarea, label, summary")) return;
    const row = target.closest("tr[data-ids]");
    if (row) toggle(JSON.parse(row.dataset.ids));
  });
}
