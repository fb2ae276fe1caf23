"""Offers: what shops advertise, with pictures that are their own or everybody's."""

from __future__ import annotations

from typing import Any

import numpy as np

from jobs.simulate.calendar import DAY
from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import read
from jobs.simulate.state import World

_EXTRA = (
    "mới",
    "hot",
    "giá tốt",
    "freeship",
    "cao cấp",
    "loại 1",
    "form rộng",
    "hàng có sẵn",
    "bảo hành",
    "",
)


def pictures(rng: np.random.Generator, count: int) -> np.ndarray:
    """Perceptual hashes of pictures that nobody else has."""
    return rng.integers(0, 2**63, count, dtype=np.uint64) * np.uint64(2) + rng.integers(
        0, 2, count, dtype=np.uint64
    )


def nearly(rng: np.random.Generator, images: np.ndarray, bits: int) -> np.ndarray:
    """The same pictures re-encoded or cropped: up to ``bits`` bits of the hash differ."""
    out = images.copy()
    for _ in range(bits):
        flip = rng.random(len(out)) < 0.5
        out = np.where(flip, out ^ (np.uint64(1) << rng.integers(0, 64, len(out), dtype=np.uint64)), out)
    return out


def offer(world: World, rng: np.random.Generator, shops: Rows, **fixed: Any) -> Rows:
    """One listing for each shop given. Every listing in the world is made here; ``fixed`` overrides
    ``image``, ``brand``, ``price_vnd``...
    """
    retail = read("goods")["retail"]
    s = world.shops
    count = len(shops)
    category = s["category"][shops]
    title, extra = rng.random(count), rng.integers(0, len(_EXTRA), count)
    with_brand = rng.random(count) < 0.6
    brand = fixed.pop("brand", None)
    brand = np.where(with_brand, s["brand"][shops], "") if brand is None else brand
    texts = []
    for i, c in enumerate(category):
        titles = retail[c]["title"]
        texts.append(
            " ".join(
                part
                for part in (titles[int(title[i] * len(titles))], str(brand[i]), _EXTRA[extra[i]])
                if part
            )
        )
    opens = np.maximum(s["registered_on"][shops] - world.calendar.first, 0)
    at = world.calendar.at(
        rng,
        np.minimum(
            opens + (rng.random(count) ** 1.5 * (world.calendar.days - 1 - opens)).astype(int),
            world.calendar.days - 1,
        ),
        "life",
    )
    price = np.round(s["price_vnd"][shops] * np.exp(rng.normal(0, 0.25, count)) / 1000) * 1000
    drawn = {
        "phrase": world.phrases.codes(texts),
        "brand": brand,
        "category": category,
        "price_vnd": np.maximum(price, 5000),
        "sold": rng.poisson(8 * s["volume"][shops]),
        "image": pictures(rng, count),
    }
    wording = rng.random(count)
    described = world.phrases.codes(
        [
            f"{t}, đổi trả trong 7 ngày" if w < 0.5 else f"{t} giao hàng toàn quốc"
            for t, w in zip(texts, wording, strict=True)
        ]
    )
    drawn["text"] = np.where(wording < 0.8, described, -1)
    drawn.update(fixed)
    return world.listings.add(shop=shops, at=np.minimum(at, (world.calendar.last + 1) * DAY - 1), **drawn)


def advertise(world: World) -> None:
    """Listings of all shops; a share of the pictures are the makers' own, which many sellers show."""
    rng = world.rng("listings")
    words = read("commerce")
    shops = np.repeat(np.arange(len(world.shops)), rng.poisson(words["listings_per_shop"], len(world.shops)))
    own = pictures(rng, len(shops))
    stock = pictures(rng, max(3, int(len(shops) * words["stock_images"])))
    shown = rng.random(len(shops)) < words["stock_image_share"]
    image = np.where(shown, nearly(rng, stock[rng.integers(0, len(stock), len(shops))], 2), own)
    offer(world, rng, shops, image=image)
