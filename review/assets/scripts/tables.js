// Tables follow the selection: a row with data-day, data-id or data-ids that lies outside of it steps back.
import { dayChosen, follow, toggle } from "./selection.js";

/** The days chosen in a picture stand ready in the filter of the source rows, which are more than one page of them. */
export function offerDays(form) {
  let before = "";
  follow(({ from, to }) => {
    if (`${from}/${to}` === before || (before === "" && from === null && to === null)) return;
    before = `${from}/${to}`;
    form.elements.namedItem("from").value = from ?? "";
    form.elements.namedItem("to").value = to ?? "";
  });
}

/** Let every table of the page follow, and let a click on a row that names members choose them. */
export function followInTables() {
  follow((chosen) => {
    for (const row of document.querySelectorAll("tr[data-day], tr[data-id], tr[data-ids]")) {
      const ids = idsOf(row);
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
    const row = target.closest("tr[data-id], tr[data-ids]");
    if (row) toggle(idsOf(row));
  });
}

function idsOf({ dataset }) {
  if (dataset.id !== undefined) return [dataset.id];
  return dataset.ids === undefined ? [] : JSON.parse(dataset.ids);
}
