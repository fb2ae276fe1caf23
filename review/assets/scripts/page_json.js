/** What the page holds in <script type="application/json" id="…">, null where there is none. */
export function readJson(id) {
  const holder = document.getElementById(id);
  return holder === null ? null : JSON.parse(holder.textContent);
}
