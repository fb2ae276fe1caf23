// Which labels are shown, and on which side: none may lie on another label or on another node.

const SIDES = ["bottom", "top", "right", "left"];

/**
 * Place labels greedily, the most important first.
 *
 * `wanted` is a list of {id, owner, x, y, width, height, reach: {x, y} | null}, in order of importance: a label of
 * `width` by `height` around a node at (x, y) whose half sides are `reach`, or right at (x, y) where `reach` is null
 * (an edge's label). `bodies` are the nodes' boxes {owner, left, right, top, bottom}. `gap` keeps labels apart. What
 * would reach out of `view` {left, right, top, bottom} is left out too.
 * Returns a map from id to its side; a label that fits nowhere is left out of it.
 */
export function place(wanted, bodies, view, gap) {
  const taken = [];
  const placed = new Map();
  for (const label of wanted) {
    for (const side of label.reach ? SIDES : ["middle"]) {
      const box = boxAt(label, side, gap);
      const free = (other) => other.owner === label.owner || !overlaps(box, other, gap);
      if (inside(box, view) && taken.every(free) && bodies.every(free)) {
        taken.push(box);
        placed.set(label.id, side);
        break;
      }
    }
  }
  return placed;
}

function boxAt({ owner, x, y, width, height, reach }, side, gap) {
  let [cx, cy] = [x, y];
  if (side === "bottom") cy += reach.y + gap + height / 2;
  if (side === "top") cy -= reach.y + gap + height / 2;
  if (side === "right") cx += reach.x + gap + width / 2;
  if (side === "left") cx -= reach.x + gap + width / 2;
  return { owner, left: cx - width / 2, right: cx + width / 2, top: cy - height / 2, bottom: cy + height / 2 };
}

const inside = (box, view) =>
  box.left >= view.left && box.right <= view.right && box.top >= view.top && box.bottom <= view.bottom;

const overlaps = (a, b, gap) =>
  a.left < b.right + gap && b.left < a.right + gap && a.top < b.bottom + gap && b.top < a.bottom + gap;
