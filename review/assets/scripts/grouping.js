// Fewer nodes: those of one kind that hang on the same neighbours become one group "+n", which opens by hand.

/**
 * What to draw of `nodes` and `edges`: at most `limit` nodes as far as grouping can bring it, and never fewer
 * words about money: the edges of grouped nodes are summed.
 *
 * `kept` is a set of ids that are never grouped (opened by hand, chosen). Members of a network are grouped last.
 */
export function group(nodes, edges, limit, kept = new Set()) {
  const groups = new Map();
  const nearest = neighbours(edges);
  let drawn = nodes.length;
  for (const [outsideOnly, key] of steps(nearest)) {
    if (drawn <= limit) break;
    const candidates = Map.groupBy(
      nodes.filter((node) => !groups.has(node.id) && !kept.has(node.id) && (node.context || !outsideOnly)),
      key,
    );
    const largestFirst = [...candidates].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
    for (const [name, part] of largestFirst) {
      if (drawn <= limit || part.length < 2) break;
      const id = `+${name}`;
      for (const node of part) groups.set(node.id, id);
      drawn -= part.length - 1;
    }
  }
  return { nodes: drawnNodes(nodes, groups), edges: drawnEdges(edges, groups) };
}

/** From the grouping that loses least to the coarsest; those outside the network before its members. */
function steps(nearest) {
  const around = (node) => [...(nearest.get(node.id)?.keys() ?? [])].sort().join("|");
  const strongest = (node) => {
    const near = [...(nearest.get(node.id) ?? [])].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return near.length ? near[0][0] : "";
  };
  const same = (node) => `${node.kind}/${node.context ? "outside" : node.role}/${around(node)}`;
  const beside = (node) => `${node.kind}/${node.context ? "outside" : node.role}/${strongest(node)}/`;
  const kind = (node) => `${node.kind}/${node.context ? "outside" : node.role}//`;
  return [[true, same], [true, beside], [true, kind], [false, same], [false, beside], [false, kind]];
}

function neighbours(edges) {
  const nearest = new Map();
  const add = (from, to, amount) => {
    if (!nearest.has(from)) nearest.set(from, new Map());
    nearest.get(from).set(to, (nearest.get(from).get(to) ?? 0) + amount);
  };
  for (const { source, target, amount_vnd: amount } of edges) {
    add(source, target, amount ?? 0);
    add(target, source, amount ?? 0);
  }
  return nearest;
}

function drawnNodes(nodes, groups) {
  const drawn = [];
  const made = new Map();
  for (const node of nodes) {
    const id = groups.get(node.id);
    if (id === undefined) drawn.push(node);
    else if (made.has(id)) made.get(id).holds.push(node.id);
    else {
      const group = { id, kind: node.kind, role: node.role, context: node.context, holds: [node.id] };
      made.set(id, group);
      drawn.push(group);
    }
  }
  return drawn;
}

function drawnEdges(edges, groups) {
  const drawn = new Map();
  for (const edge of edges) {
    const source = groups.get(edge.source) ?? edge.source;
    const target = groups.get(edge.target) ?? edge.target;
    if (source === target) continue;
    const key = JSON.stringify([source, target, edge.kind]);
    const sum = drawn.get(key) ?? { id: key, source, target, kind: edge.kind, parts: [] };
    sum.parts.push(edge);
    drawn.set(key, sum);
  }
  return [...drawn.values()];
}
