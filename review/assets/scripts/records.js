// A source row beside the case: opened over the page from its line in the evidence, one after the other.
import { element } from "./build_html.js";

/** Open the records that `section` links to in `dialog`; with a modifier key a link stays a link. */
export function openRecords(section, dialog) {
  const links = [...section.querySelectorAll("a[data-record]")];
  let shown = -1;

  async function show(at) {
    const link = links[at];
    if (link === undefined) return;
    const answered = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => null);
    // Out of reach, or the session has ended: the page itself says so.
    if (answered === null || !answered.ok || answered.redirected) {
      window.location.assign(link.href);
      return;
    }
    shown = at;
    const said = element("div", { class: "said" });
    said.innerHTML = await answered.text(); // our own page, from our own origin
    dialog.replaceChildren(bar(link.href), said);
    window.htmx?.process(said);
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[data-close]").focus();
  }

  function bar(address) {
    const { previous, next, close, page } = dialog.dataset;
    const step = (by, word) =>
      element("button", { type: "button", disabled: links[shown + by] === undefined, onclick: () => show(shown + by) }, word);
    return element(
      "p",
      { class: "buttons" },
      step(-1, `← ${previous}`),
      step(1, `${next} →`),
      element("a", { href: address }, page),
      element("button", { type: "button", "data-close": true, onclick: () => dialog.close() }, `${close} (Esc)`),
    );
  }

  section.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-record]");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    show(links.indexOf(link));
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, .scrolled")) return;
    if (event.key === "ArrowLeft" || event.key === "k") show(shown - 1);
    if (event.key === "ArrowRight" || event.key === "j") show(shown + 1);
  });
  // The event comes after the fact: who has gone on by keyboard meanwhile stays there.
  dialog.addEventListener("close", () => {
    const at = document.activeElement;
    if (at === document.body || links.includes(at)) links[shown]?.focus();
  });
}
