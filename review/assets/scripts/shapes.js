// The fixed shape of each kind: shop square, account circle, person rounded, company with cut corners,
// phone, address and device small tags, goods a parcel. The same table draws legend, graph and SVG.
import account from "../icons/account.svg";
import address from "../icons/address.svg";
import company from "../icons/company.svg";
import device from "../icons/device.svg";
import goods from "../icons/goods.svg";
import group from "../icons/group.svg";
import person from "../icons/person.svg";
import phone from "../icons/phone.svg";
import seller from "../icons/seller.svg";

export const SHAPES = {
  seller: { shape: "rectangle", width: 38, height: 38, icon: seller },
  account: { shape: "ellipse", width: 40, height: 40, icon: account },
  person: { shape: "round-rectangle", width: 44, height: 34, icon: person },
  company: { shape: "cut-rectangle", width: 46, height: 36, icon: company },
  phone: { shape: "tag", width: 34, height: 24, icon: phone },
  address: { shape: "tag", width: 34, height: 24, icon: address },
  device: { shape: "tag", width: 34, height: 24, icon: device },
  goods: { shape: "hexagon", width: 40, height: 36, icon: goods },
  group: { shape: "octagon", width: 40, height: 40, icon: group },
};

export const shapeOf = (kind) => SHAPES[kind] ?? SHAPES.group;

/** Where the icon of a kind lies, beside this script on our own origin. */
export const iconAddress = (kind, outside) =>
  new URL(`icons/${kind in SHAPES ? kind : "group"}${outside ? "-outside" : ""}.svg`, import.meta.url).href;

/** The strokes of an icon, drawn on a 24 by 24 grid. */
export const iconStrokes = (kind) => shapeOf(kind).icon.replace(/^<svg[^>]*>|<\/svg>\s*$/g, "");

/** The corners of a kind's outline around (0, 0), for shapes that are polygons. */
function corners(shape, w, h) {
  const [x, y] = [w / 2, h / 2];
  const c = Math.min(8, w / 4);
  switch (shape) {
    case "cut-rectangle":
      return [[-x + c, -y], [x - c, -y], [x, -y + c], [x, y - c], [x - c, y], [-x + c, y], [-x, y - c], [-x, -y + c]];
    case "tag":
      return [[-x, -y], [x * 0.55, -y], [x, 0], [x * 0.55, y], [-x, y]];
    case "hexagon":
      return [[-x, 0], [-x / 2, -y], [x / 2, -y], [x, 0], [x / 2, y], [-x / 2, y]];
    default: {
      const [cx, cy] = [x * 0.586, y * 0.586];
      return [[-cx, -y], [x - (x - cx), -y], [x, -cy], [x, cy], [cx, y], [-cx, y], [-x, cy], [-x, -cy]];
    }
  }
}

/** The outline of a kind around (0, 0) as SVG, with these attributes. */
export function outline(kind, width, height, attributes) {
  const { shape } = shapeOf(kind);
  if (shape === "ellipse") return `<ellipse rx="${width / 2}" ry="${height / 2}" ${attributes}/>`;
  if (shape === "rectangle" || shape === "round-rectangle") {
    const round = shape === "rectangle" ? 0 : Math.min(8, height / 3);
    return `<rect x="${-width / 2}" y="${-height / 2}" width="${width}" height="${height}" rx="${round}" ${attributes}/>`;
  }
  return `<polygon points="${corners(shape, width, height).map((point) => point.join(",")).join(" ")}" ${attributes}/>`;
}

// Money solid, goods dashed, shared identifiers thin and dotted.
export const EDGES = {
  money: { style: "solid", dashes: "", arrow: true, colour: "accent", thin: false },
  goods: { style: "dashed", dashes: "7 4", arrow: true, colour: "caution", thin: false },
  shared: { style: "dotted", dashes: "1.5 3", arrow: false, colour: "ink-quiet", thin: true },
};

export const edgeOf = (kind) => EDGES[kind] ?? EDGES.shared;
