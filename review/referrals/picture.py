"""The network as a drawing for an annex: nodes bear their numbers in the list, so no label overlaps."""

from xml.sax.saxutils import quoteattr

import networkx as nx

from review.referrals.shape import ReferralLink, ReferralMember

# In points of the drawing; the paper scales it to its width.
_WIDTH, _EDGE, _RADIUS = 460, 24, 11
# (up to so many nodes, height of the drawing): few do not fly apart; half a page holds some forty.
_HEIGHTS = ((3, 90), (8, 200), (40, 330))
# More of them take the whole page, at two thirds of the size.
_WHOLE_PAGE, _SMALL = 590, 0.66
_LINES = {
    "money": 'stroke="#0b5a74" stroke-width="1.6"',
    "goods": 'stroke="#7a4b00" stroke-width="1.4" stroke-dasharray="6 3"',
    "shared": 'stroke="#4d5761" stroke-width="0.9" stroke-dasharray="1.2 2.4"',
}


def network_as_svg(members: tuple[ReferralMember, ...], links: tuple[ReferralLink, ...]) -> str:
    """Linked members as fixed shapes with numbers; money is a solid line, goods dashed, shared dotted."""
    places = _places(links)
    height, size = _frame(len(places))
    lines = [_line(link, places, size) for link in links]
    nodes = [
        _node(number, member.kind, *places[member.kind, member.id], size)
        for number, member in enumerate(members, start=1)
        if (member.kind, member.id) in places
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="Tinos">{"".join(lines)}{"".join(nodes)}</svg>'
    )


def _frame(nodes: int) -> tuple[int, float]:
    """The height of the drawing, and the size of its nodes, 1 for few."""
    return next(((height, 1.0) for most, height in _HEIGHTS if nodes <= most), (_WHOLE_PAGE, _SMALL))


def _places(links: tuple[ReferralLink, ...]) -> dict[tuple[str, str], tuple[float, float]]:
    graph = nx.Graph()
    graph.add_edges_from((link.source, link.target) for link in links)
    # Parts that nothing ties would fly apart: a slack line, which is not drawn, keeps them on one page.
    ends = [max(sorted(part), key=graph.degree) for part in nx.connected_components(graph)]
    graph.add_edges_from(zip(sorted(ends), sorted(ends)[1:], strict=False), weight=0.2)
    raw = nx.spring_layout(graph, seed=389, iterations=300, k=2.2 / max(1, len(graph)) ** 0.5)
    height, size = _frame(len(graph))
    xs, ys = [[point[axis] for point in raw.values()] for axis in (0, 1)]
    spans = [max(values) - min(values) or 1.0 for values in (xs, ys)]
    placed = {
        node: (
            _EDGE + (point[0] - min(xs)) / spans[0] * (_WIDTH - 2 * _EDGE),
            _EDGE + (point[1] - min(ys)) / spans[1] * (height - 2 * _EDGE),
        )
        for node, point in sorted(raw.items())
    }
    return _apart(placed, height, size)


def _apart(
    placed: dict[tuple[str, str], tuple[float, float]], height: int, size: float
) -> dict[tuple[str, str], tuple[float, float]]:
    """Push nodes that lie on each other apart, inside of the frame."""
    nodes = list(placed)
    for _ in range(200):
        moved = False
        for at, one in enumerate(nodes):
            for other in nodes[at + 1 :]:
                (x, y), (u, v) = placed[one], placed[other]
                dx, dy = u - x, v - y
                distance = (dx * dx + dy * dy) ** 0.5
                least = (2 * _RADIUS + 5) * size
                if distance < least:
                    scale = (least - distance) / 2 / (distance or 1.0)
                    step = (dx * scale, dy * scale) if distance else (least / 2, 0.0)
                    placed[one] = _inside(x - step[0], y - step[1], height)
                    placed[other] = _inside(u + step[0], v + step[1], height)
                    moved = True
        if not moved:
            break
    return placed


def _inside(x: float, y: float, height: int) -> tuple[float, float]:
    return min(max(x, _EDGE), _WIDTH - _EDGE), min(max(y, _EDGE), height - _EDGE)


def _line(link: ReferralLink, places: dict[tuple[str, str], tuple[float, float]], size: float) -> str:
    (x, y), (u, v) = places[link.source], places[link.target]
    drawn = f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{u:.1f}" y2="{v:.1f}" {_LINES[link.kind]}/>'
    if link.kind == "shared":
        return drawn
    length = ((u - x) ** 2 + (v - y) ** 2) ** 0.5 or 1.0
    ex, ey = (u - x) / length, (v - y) / length
    reach = (_RADIUS + 1) * size
    tip = (u - ex * reach, v - ey * reach)
    back = (tip[0] - ex * 6, tip[1] - ey * 6)
    corners = (
        f"{tip[0]:.1f},{tip[1]:.1f} {back[0] - ey * 3:.1f},{back[1] + ex * 3:.1f} "
        f"{back[0] + ey * 3:.1f},{back[1] - ex * 3:.1f}"
    )
    colour = _LINES[link.kind].split('"')[1]
    return f'{drawn}<polygon points="{corners}" fill={quoteattr(colour)}/>'


def _node(number: int, kind: str, x: float, y: float, size: float) -> str:
    look = 'fill="#ffffff" stroke="#000000" stroke-width="1.1"'
    r = _RADIUS
    shapes = {
        "account": f'<circle r="{r}" {look}/>',
        "seller": f'<rect x="{-r + 1}" y="{-r + 1}" width="{2 * r - 2}" height="{2 * r - 2}" {look}/>',
        "person": f'<rect x="{-r}" y="{-r + 2}" width="{2 * r}" height="{2 * r - 4}" rx="5" {look}/>',
        "company": f'<polygon points="-7,-9 7,-9 11,-5 11,5 7,9 -7,9 -11,5 -11,-5" {look}/>',
    }
    tag = f'<polygon points="-11,-7 6,-7 12,0 6,7 -11,7" {look}/>'
    text = f'<text y="3.2" text-anchor="middle" font-size="9" fill="#000000">{number}</text>'
    return f'<g transform="translate({x:.1f} {y:.1f}) scale({size})">{shapes.get(kind, tag)}{text}</g>'
