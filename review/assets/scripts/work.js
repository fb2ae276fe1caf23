// Keys for those who open forty cases before lunch. A page says what they act on:
// [data-key="/"], "a", "r" … is focused or pressed; rows of .queue with a link are walked with j and k.

const rows = () => [...document.querySelectorAll(".queue tbody tr:has(a[href])")];

function walk(by) {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const row = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  row?.querySelector("a[href]").focus();
}

function press(key) {
  const row = rows().find((each) => each.contains(document.activeElement));
  const target = (row ?? document).querySelector(`[data-key="${CSS.escape(key)}"]`) ?? document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target instanceof HTMLDialogElement) target.showModal();
  else if (target.matches("input, select, textarea")) target.focus();
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, select, textarea, [contenteditable], dialog[open], [role=application]")) return;
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    walk(event.key === "j" ? 1 : -1);
  } else if (/^[a-z/?]$/.test(event.key) && press(event.key)) event.preventDefault();
});
