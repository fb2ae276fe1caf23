"""People for a demo: one of each role and agency, and two more, so that four eyes can be tried."""

from configs.agencies import load_agencies
from review.access.people import one_time_password
from review.access.reviewers import Reviewer, Role
from review.audit.chain import record

# Invented; family name first.
_NAMES = (
    "Nguyễn Minh Châu",
    "Trần Thu Hà",
    "Lê Quang Vinh",
    "Phạm Ngọc Diệp",
    "Hoàng Đức Thắng",
    "Vũ Hải Yến",
    "Đặng Tuấn Kiệt",
    "Bùi Phương Thảo",
    "Đỗ Mạnh Cường",
    "Ngô Bích Ngọc",
    "Dương Gia Bảo",
    "Lý Thanh Mai",
    "Hồ Anh Dũng",
    "Mai Quỳnh Hoa",
)


def make_demo_people() -> tuple[list[str], str]:
    """Make those who are missing. Returns whom the one-time password lets in, and the password.

    Whoever was made before and never chose a password of their own gets the new one; the others keep theirs.
    """
    wanted = [(str(role), str(role), "") for role in Role]
    wanted += [
        ("investigator_2", str(Role.INVESTIGATOR), ""),
        ("approver_2", str(Role.APPROVER), ""),
        *((agency, str(Role.INVESTIGATOR), agency) for agency in load_agencies()),
    ]
    password = one_time_password()
    let_in = []
    for at, (username, role, agency) in enumerate(wanted):
        person = Reviewer.objects.filter(username=username).first()
        if person and not person.must_change_password:
            continue
        if person is None:
            family, _, given = _NAMES[at % len(_NAMES)].partition(" ")
            person = Reviewer(username=username, role=role, agency=agency, last_name=family, first_name=given)
        known = person.pk
        person.must_change_password = True
        person.set_password(password)
        person.save()
        if not known:
            record("(demo)", "person_created", f"reviewer:{person.pk}", role=role, agency=agency)
        let_in.append(username)
    return let_in, password
