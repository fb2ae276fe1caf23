"""The reason for a network in two or three sentences, in Vietnamese and English.

Words are those of the law ("nghi vấn", "dấu hiệu"): nobody is called guilty.
"""

from configs.catalogue import Catalogue
from models.ranking.score_networks import ScoredNetwork, stands_alone


def in_thousands(amount: int, mark: str) -> str:
    """An amount with its thousands mark: `.` in Vietnamese, `,` in English."""
    return f"{amount:,}".replace(",", mark)


def summarise(scored: ScoredNetwork, catalogue: Catalogue) -> dict[str, str]:
    """`{vi, en}`: the strongest typology in its own words, the next ones by name, what lowers the score."""
    members = len(scored.network.members)
    if not scored.typologies:
        return {
            "vi": f"Mạng lưới nghi vấn gồm {members} đối tượng có số liệu khác thường so với nhóm cùng loại.",
            "en": f"Suspect network of {members} members whose figures are unusual among their peers.",
        }
    first = catalogue.typologies[scored.typologies[0].id]
    strongest = scored.typologies[0]
    support = len(strongest.evidence)
    texts = {}
    for language, mark in (("vi", "."), ("en", ",")):
        plain = getattr(first.plain, language)
        sentence = plain.replace("{members}", str(members))
        sentence = sentence.replace("{value_vnd}", in_thousands(strongest.value_vnd, mark))
        texts[language] = sentence.replace("{support}", in_thousands(support, mark)).strip()
    others = [catalogue.typologies[item.id].title for item in scored.typologies[1:3]]
    if others:
        texts["vi"] += " Dấu hiệu kèm theo: " + "; ".join(title.vi for title in others) + "."
        texts["en"] += " Also seen: " + "; ".join(title.en for title in others) + "."
    if stands_alone(scored.network):
        texts["vi"] += " Chưa thấy mối liên hệ với đối tượng khác, nên mức nghi vấn được hạ xuống."
        texts["en"] += " Nothing ties it to anybody else, so the suspicion counts for less."
    return texts
