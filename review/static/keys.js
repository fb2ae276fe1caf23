// Keys: / search, j k move along the rows, or from case to case, Enter open, a assign, r refer, ? help. Never while somebody types.
const rows = () => [...document.querySelectorAll("tr[data-case]")];
let current = -1;

function move(step) {
  const all = rows();
  if (all.length === 0) {
    document.querySelector(step > 0 ? "#next-case" : "#previous-case")?.click();
    return;
  }
  all[current]?.removeAttribute("aria-current");
  current = Math.min(Math.max(current + step, 0), all.length - 1);
  all[current].setAttribute("aria-current", "true");
  all[current].querySelector("th a").focus();
}

function open(selector) {
  const target = document.querySelector(selector);
  if (target === null) return false;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView({ block: "center" });
  target.focus();
  return true;
}

function assign() {
  const box = rows()[current]?.querySelector("input[name=case]");
  if (box && !box.disabled) box.checked = true;
  return open("#bulk-assignee") || open("#assignee");
}

function refer() {
  const choice = document.querySelector("#verdict-refer");
  if (choice) choice.checked = true;
  return open("#agency");
}

function help() {
  const fold = document.querySelector("details.keys");
  if (fold === null) return false;
  fold.open = !fold.open;
  fold.querySelector("summary").focus();
  return true;
}

const keys = {
  "/": () => open("#search"),
  j: () => (move(1), true),
  k: () => (move(-1), true),
  a: assign,
  r: refer,
  "?": help,
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable], #graph, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (keys[event.key]?.()) event.preventDefault();
});
