// A canvas does not shrink to a sheet of paper: what it shows is copied into one that does, while the page is printed.

/** Let what is drawn in `frame` fit the paper. */
export function onPaper(frame) {
  window.addEventListener("beforeprint", () => frame.append(copyOf(frame)));
  window.addEventListener("afterprint", () => frame.querySelectorAll(":scope > .paper").forEach((copy) => copy.remove()));
}

/** Let what is folded away stand on the paper. */
export function openOnPaper(folds) {
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...folds].filter((fold) => !fold.open);
    for (const fold of opened) fold.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });
}

function copyOf(frame) {
  const layers = [...frame.querySelectorAll("canvas:not(.paper)")];
  const copy = document.createElement("canvas");
  copy.className = "paper";
  copy.width = Math.max(1, ...layers.map(({ width }) => width));
  copy.height = Math.max(1, ...layers.map(({ height }) => height));
  const brush = copy.getContext("2d");
  for (const layer of layers) if (layer.width > 0 && layer.height > 0) brush.drawImage(layer, 0, 0, copy.width, copy.height);
  return copy;
}
