"""Networks within others, on letters."""

from collections import Counter

from models.networks.grow_networks import Network
from models.networks.parts import absorb_parts
from tests.models.builders import account, weighed


def network(letters: str) -> Network:
    return Network({account(name): Counter(mule=1) for name in letters}, [weighed(letters, 0.5)])


def test_a_network_within_another_is_evidence_for_it() -> None:
    part, whole, same, other = network("BC"), network("ABCD"), network("ABCD"), network("XY")
    assert absorb_parts([part, whole, same, other]) == [whole, other]
    assert len(whole.detections) == 3
    assert whole.members[account("B")].total() == 3


def test_networks_that_only_meet_stay_two() -> None:
    first, second = network("ABC"), network("CDE")
    assert absorb_parts([first, second]) == [first, second]
