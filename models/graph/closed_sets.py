"""All maximal complete bipartite sets of a small bipartite graph, each once."""

from collections.abc import Mapping


def closed_pairs(
    sinks_of: Mapping[int, frozenset[int]], side_min: int, sets_max: int
) -> tuple[list[tuple[frozenset[int], frozenset[int]]], bool]:
    """Maximal (sources, sinks) where every source is tied to every sink and both sides have `side_min` at
    least.

    `sinks_of` maps each source to its sinks. Neither side of a returned pair can grow. Each pair comes from
    one parent only (prefix-preserving closure extension: Uno, Asai, Uchida and Arimura, LCM, 2004), so that
    no pair is met twice and the work is bounded by `sets_max` closures. The second value tells whether that
    bound cut the search short; the pairs found before are returned.
    """
    sources = sorted(sinks_of)
    place = {sink: bit for bit, sink in enumerate(sorted(set().union(*sinks_of.values())))}
    masks = [sum(1 << place[sink] for sink in sinks_of[source]) for source in sources]
    sources_at = [[i for i, mask in enumerate(masks) if mask >> bit & 1] for bit in range(len(place))]
    sinks = list(place)
    found: list[tuple[frozenset[int], frozenset[int]]] = []
    tried = 0
    # (last source added, sources as a mask, their sinks as a mask); no source at all is tied to every sink.
    pending = [(-1, 0, (1 << len(sinks)) - 1)]
    while pending:
        added, chosen, shared = pending.pop()
        for source in range(added + 1, len(sources)):
            narrower = shared & masks[source]
            if chosen >> source & 1 or narrower.bit_count() < side_min:
                continue
            if tried == sets_max:
                return found, True
            tried += 1
            some_sink = (narrower & -narrower).bit_length() - 1
            closure = sum(1 << i for i in sources_at[some_sink] if narrower & ~masks[i] == 0)
            earlier = (1 << source) - 1
            if closure & earlier != chosen & earlier:
                continue
            if closure.bit_count() >= side_min:
                found.append(
                    (
                        frozenset(sources[i] for i in _bits(closure)),
                        frozenset(sinks[bit] for bit in _bits(narrower)),
                    )
                )
            pending.append((source, closure, narrower))
    return found, False


def _bits(mask: int) -> list[int]:
    bits = []
    while mask:
        lowest = mask & -mask
        bits.append(lowest.bit_length() - 1)
        mask ^= lowest
    return bits
