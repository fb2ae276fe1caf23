"""Times the pages of the review: python -m tests.benchmarks.bench_review [--url URL].

Seeds a database of its own (SQLite in a temporary home; with `--url postgresql://…` that database as well,
which must be empty), serves the application on loopback, and asks for pages one after another. A script, not
a test: what it prints depends on the machine and on what else runs there.
"""

import argparse
import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

AS_OF = date(2026, 3, 31)
RANKINGS = 100
BUSY_CASES = (3_000, 800, 800, 200, 200, 200, 200, 200)
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Ngọc", "Thanh", "Hồng", "Quốc", "Hữu", "Thu", "Gia", "Bảo")
GIVEN = ("Anh", "Châu", "Dũng", "Đạt", "Giang", "Hà", "Hưng", "Khánh", "Lan", "Mai", "Nam", "Phúc", "Yến")
PROVINCES = ("01", "08", "20", "22", "31", "48", "75", "79", "92")
TIES = ("held_by", "owned_by", "settles_to", "device", "phone")
KINDS = (
    ("account", "collector"),
    ("account", "mule"),
    ("account", "mule"),
    ("person", "operator"),
    ("phone", "phone"),
    ("seller", "shop"),
    ("seller", "shop"),
    ("company", "supplier"),
)
CHUNK = 5_000


def main() -> None:
    """One database after the other, each in processes of its own: settings are read once a process."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--records", type=int, default=1_000_000)
    asked.add_argument("--requests", type=int, default=200, help="of each kind of page")
    asked.add_argument("--url", default="", help="an empty PostgreSQL database on this machine")
    asked.add_argument("--keep", type=Path, help="a folder whose SQLite database is kept and used again")
    asked.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.inside:
        measure(options)
        return
    for url in ["", options.url] if options.url else [""]:
        with tempfile.TemporaryDirectory() as made:
            home = options.keep or Path(made)
            home.mkdir(parents=True, exist_ok=True)
            environment = os.environ | {
                "DJANGO_SETTINGS_MODULE": "review.settings",
                "MATLUOI_HOME": str(home),
                "MATLUOI_REVIEW_DATABASE_URL": url,
            }
            command = [
                sys.executable,
                "-m",
                "tests.benchmarks.bench_review",
                "--inside",
                *sys.argv[1:],
                "--url",
                url,
            ]
            subprocess.run(command, env=environment, check=True)


def measure(options: argparse.Namespace) -> None:
    """Seed the database unless it holds cases, serve it, and time each kind of page."""
    import django  # noqa: PLC0415 - settings come from the environment of this process

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from review.models import Case, EvidenceRow  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    if not Case.objects.exists():
        started = time.perf_counter()
        seed(options.cases, options.records)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"  seeded in {time.perf_counter() - started:.0f} s")  # noqa: T201
    print(  # noqa: T201
        f"{connection.vendor}: {Case.objects.count()} cases, {EvidenceRow.objects.count()} records; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    cookie = signed_in()
    pages = kinds_of_pages(cookie)
    connection.close()
    with served() as (port, server):
        for name, paths in pages.items():
            # The first request of each kind loads configuration and opens connections; it is not counted.
            next(timed(port, cookie, islice(paths, 1), server, options.url))
            times = list(timed(port, cookie, islice(paths, options.requests), server, options.url))
            walls, processors = (sorted(column) for column in zip(*times, strict=True))
            print(  # noqa: T201
                f"  {name:<34}{len(times):>5} requests  wall p50 {middle(walls):7.1f}  p95 {late(walls):7.1f}"
                f"  processor p50 {middle(processors):6.1f}  p95 {late(processors):6.1f} ms",
                flush=True,
            )


def middle(times: list[float]) -> float:
    """The median of sorted times."""
    return times[len(times) // 2]


def late(times: list[float]) -> float:
    """The 95th percentile of sorted times."""
    return times[min(int(len(times) * 0.95), len(times) - 1)]


def seed(cases: int, records: int) -> None:
    """Cases of a hundred rankings; a few have thousands of records, as many members as a large network."""
    from review.cases.texts import endings  # noqa: PLC0415
    from review.models import (  # noqa: PLC0415
        Case,
        CaseAgency,
        CaseEvidence,
        CaseVersion,
        Decision,
        EvidenceRow,
        Member,
        MemberTerm,
        Ranking,
        Reason,
        Reviewer,
        Tie,
    )

    draw = random.Random(7)
    desk = [
        Reviewer.objects.create_user(f"reviewer_{number}", password=None, role="approver")
        for number in range(10)
    ]
    rankings = Ranking.objects.bulk_create(
        Ranking(
            as_of=AS_OF - timedelta(days=back),
            fingerprint=f"{back:064}",
            imported_at=datetime.now(UTC),
            networks=cases // RANKINGS,
            feeds={feed: {"rows": 1, "newest": "2026-03-31"} for feed in ("bank_transactions", "shipments")},
        )
        for back in range(RANKINGS)
    )
    _insert(Case, (_case(draw, number, rankings, desk) for number in range(cases)))
    suits = Case.objects.values_list("pk", "agencies").iterator()
    _insert(CaseAgency, (CaseAgency(case_id=pk, agency=name) for pk, names in suits for name in names))
    pks = list(Case.objects.order_by("pk").values_list("pk", "ranking_id", "rank"))
    _insert(
        Decision,
        (
            Decision(
                case_id=pk,
                ranking_id=ranking,
                verdict="dismiss",
                reason="Không có dấu hiệu",
                standing="approved",
                proposed_by=desk[0],
                proposed_at=datetime.now(UTC),
                decided_by=desk[1],
                decided_at=datetime.now(UTC),
            )
            for pk, ranking, _rank in pks
            if pk % 10 < 3
        ),
    )
    closing = dict(Decision.objects.values_list("case_id", "pk"))
    for chunk in _chunks(Case(pk=pk, state="dismissed", closing_id=closing[pk]) for pk in closing):
        Case.objects.bulk_update(chunk, ["state", "closing"], batch_size=400)
    _insert(
        CaseVersion,
        (CaseVersion(case_id=pk, ranking_id=by, rank=rank, score=50, value_vnd=1) for pk, by, rank in pks),
    )
    # The first cases of each ranking are large: those are the ones that people open.
    sizes = [5 * (BUSY_CASES[rank - 1] // 200 if rank <= len(BUSY_CASES) else 1) for _pk, _by, rank in pks]
    _insert(
        Member,
        (
            _member(draw, pk, place)
            for (pk, _by, _rank), size in zip(pks, sizes, strict=True)
            for place in range(3 + size)
        ),
    )
    names = Member.objects.values_list("pk", "name", "key").iterator()
    _insert(
        MemberTerm,
        (MemberTerm(member_id=pk, text=text) for pk, name, key in names for text in endings(name, key)),
    )
    _insert(Tie, (_tie(pk, place) for pk, _by, _rank in pks for place in range(3)))
    typologies = _typologies()
    _insert(
        Reason,
        (
            _reason(pk, place, typologies[(pk + place * 7) % len(typologies)])
            for pk, _by, _rank in pks
            for place in range(1, 4)
        ),
    )
    _insert(EvidenceRow, (_record(draw, number, cases) for number in range(records)))
    wanted = [BUSY_CASES[rank - 1] if rank <= len(BUSY_CASES) else 0 for _pk, _by, rank in pks]
    rest = max(records - sum(wanted), 0) // max(wanted.count(0), 1)
    numbers = iter(EvidenceRow.objects.order_by("pk").values_list("pk", flat=True).iterator())
    _insert(
        CaseEvidence,
        (
            CaseEvidence(
                case_id=pk,
                typology=typologies[(pk + (1 + place % 3) * 7) % len(typologies)],
                position=place,
                record_id=record,
            )
            for (pk, _by, _rank), count in zip(pks, wanted, strict=True)
            for place, record in enumerate(islice(numbers, count or rest), start=1)
        ),
    )


def _case(draw: random.Random, number: int, rankings: list[Any], desk: list[Any]) -> Any:
    from configs.catalogue import shipped_catalogue  # noqa: PLC0415
    from review.models import Case  # noqa: PLC0415

    ranking = rankings[number % RANKINGS]
    known = shipped_catalogue().typologies
    typologies = _typologies()
    own = [typologies[(number + 1 + place * 7) % len(typologies)] for place in range(1, 4)]
    summary = "Sáu tài khoản nhận tiền của nhiều người mua rồi chuyển gần hết trong ngày về một nơi."
    return Case(
        network_id=f"ML-{number:012X}",
        state="new",
        ranking=ranking,
        as_of=ranking.as_of,
        first_seen=ranking.as_of,
        changed_on=ranking.as_of,
        due_on=ranking.as_of + timedelta(days=14),
        rank=number // RANKINGS + 1,
        score=draw.uniform(1, 99),
        value_vnd=draw.randrange(10**7, 10**11),
        change="new",
        typologies=own,
        agencies=list(dict.fromkeys(agency for name in own for agency in known[name].agencies)),
        summary_vi=summary,
        summary_en="Six accounts take in what many buyers pay and pass nearly all of it on within the day.",
        members_count=8,
        has_tip=number % 11 == 0,
        assignee=desk[number % 10] if number % 4 == 0 else None,
        snoozed_until=AS_OF + timedelta(days=3650) if number % 50 == 7 else None,
    )


def _member(draw: random.Random, case: int, place: int) -> Any:
    from review.models import Member  # noqa: PLC0415

    kind, role = KINDS[place % len(KINDS)]
    name = f"{draw.choice(FAMILY)} {draw.choice(MIDDLE)} {draw.choice(GIVEN)}"
    # One case in twenty shares a member with another one.
    number = (case // 2 if case % 20 < 2 and place == 0 else case) * 100 + place
    key = {
        "account": f"VCB:{number:012}",
        "person": f"cccd:{number:012}",
        "phone": f"+849{number:08}",
        "seller": f"shopee:{number}",
        "company": f"tax:{number:010}",
    }[kind]
    return Member(
        case_id=case,
        kind=kind,
        key=key,
        known_as=key,
        role=role,
        name="" if kind == "phone" else name,
        province_code=draw.choice(PROVINCES),
    )


def _tie(case: int, place: int) -> Any:
    from review.models import Tie  # noqa: PLC0415

    return Tie(
        case_id=case,
        kind_a="account",
        key_a=f"VCB:{case * 100 + place:012}",
        kind_b="person",
        key_b=f"cccd:{case * 100 + 3:012}",
        tie=TIES[place],
        weight=1.0,
        records=[{"feed": "bank_accounts", "key": f"VCB:{case * 100 + place:012}"}],
    )


def _reason(case: int, position: int, typology: str) -> Any:
    from review.models import Reason  # noqa: PLC0415

    text = {"vi": "Nhận tiền của nhiều người rồi chuyển đi ngay", "en": "Takes in from many and passes on"}
    innocent = {"text": {"vi": "Đại lý thu hộ", "en": "A collecting agent"}, "holds": None, "discount": 0.3}
    return Reason(
        case_id=case,
        position=position,
        typology=typology,
        score=0.9 / position,
        value_vnd=10**9,
        contribution=2.0 / position,
        signal="fan_in_collection",
        value=0.9,
        typical=0.1,
        tail=0.01,
        peers=400,
        title=text,
        reason=text,
        innocent=[{"id": f"explanation_{number}", **innocent} for number in range(3)],
    )


def _record(draw: random.Random, number: int, cases: int) -> Any:
    from review.models import EvidenceRow  # noqa: PLC0415

    at = datetime.combine(AS_OF, datetime.min.time(), UTC) - timedelta(minutes=draw.randrange(90 * 1440))
    amount = draw.randrange(50_000, 50_000_000)
    case = draw.randrange(cases)
    if number % 3:
        feed, key, own_number = "bank_transactions", f"VCB:FT{number:012}", f"ft{number:012}"
        payer, payee = f"ACB:{draw.randrange(10**6):012}", f"VCB:{case * 100 + number % 3:012}"
        original = {
            "transaction_id": f"FT{number:012}",
            "booked_at": at.isoformat(),
            "amount": str(amount),
            "currency": "VND",
            "debtor_account": payer[4:],
            "debtor_name": "NGUYEN VAN AN",
            "creditor_account": payee[4:],
            "creditor_name": "TRAN THI BINH",
            "channel": "napas247",
            "remittance_info": "thanh toan don hang",
        }
        derived = {"amount_vnd": amount, "debtor_account_id": payer, "creditor_account_id": payee}
    else:
        feed, key, own_number = "shipments", f"ghn:W{number:012}", f"w{number:012}"
        original = {
            "waybill_no": f"W{number:012}",
            "sender_name": "Kho Hà Nội",
            "sender_phone": "0901234567",
            "recipient_name": "Lê Thị Hoa",
            "recipient_phone": f"09{draw.randrange(10**8):08}",
            "goods_description": "Giày thể thao, túi xách",
            "cod_amount": str(amount),
        }
        derived = {
            "seller_key": f"shopee:{case * 100 + 5}",
            "sender_phone_e164": "+84901234567",
            "recipient_phone_e164": f"+849{draw.randrange(10**8):08}",
            "sender_province_code": draw.choice(PROVINCES),
            "recipient_province_code": draw.choice(PROVINCES),
            "cod_amount_vnd": amount,
        }
    return EvidenceRow(
        feed=feed,
        key=key,
        number=own_number,
        source_file=f"{feed}/VCB/{at.date()}/a.csv",
        source_line=number % 100_000 + 2,
        sender="VCB",
        business_date=at.date(),
        event_at=at,
        amount_vnd=amount,
        original=original,
        normalised=original | derived,
    )


def _typologies() -> list[str]:
    from configs.catalogue import shipped_catalogue  # noqa: PLC0415

    return sorted(shipped_catalogue().typologies)


def _insert(table: type[Any], rows: Iterable[Any]) -> None:
    for chunk in _chunks(rows):
        table.objects.bulk_create(chunk)


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def signed_in() -> str:
    """The cookie of an approver, as the sign-in makes it; `search` keeps what was searched."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    from review.models import Reviewer  # noqa: PLC0415

    person = Reviewer.objects.get(username="reviewer_0")
    until = time.time() + 3600
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["searches"] = {
        token: {"text": text, "until": until}
        for token, text in (
            ("name", "Nguyễn Đức Khánh"),
            ("number", "000004200003"),
            ("waybill", "W000000300000"),
            ("nothing", "không có ai như vậy"),
        )
    }
    session.create()
    return f"sessionid={session.session_key}"


def kinds_of_pages(cookie: str) -> dict[str, Iterator[str]]:
    """Endless addresses by kind of page."""
    from review.models import Case  # noqa: PLC0415

    draw = random.Random(11)
    first = list(Case.objects.filter(rank__lte=8).values_list("network_id", flat=True))
    other = list(Case.objects.filter(rank__gt=8).order_by("?")[:2_000].values_list("network_id", flat=True))
    largest = list(Case.objects.filter(rank=1).values_list("network_id", flat=True))
    typologies = _typologies()

    def endless(make: Callable[[], str]) -> Iterator[str]:
        while True:
            yield make()

    return {
        "queue, first page": endless(lambda: "/"),
        "queue, any page": endless(lambda: f"/?page={draw.randrange(1, 1300)}"),
        "queue, a filter": endless(
            lambda: draw.choice(
                (
                    f"/?typology={draw.choice(typologies)}",
                    f"/?province={draw.choice(PROVINCES)}",
                    "/?agency=customs",
                    "/?agency=sbv&tip=1",
                    "/?assignee=me",
                    "/?assignee=none&state=new",
                    "/?value_min=50000000000",
                    "/?changed_since=2026-03-30",
                    "/?show=closed",
                    "/?show=aside",
                    "/?show=all",
                )
            )
        ),
        "queue, another order": endless(lambda: f"/?sort={draw.choice(('value', 'due', 'changed'))}"),
        "queue, a search": endless(lambda: f"/?q={draw.choice(('name', 'number', 'waybill', 'nothing'))}"),
        "case, any": endless(lambda: f"/cases/{draw.choice(other)}/"),
        "case, 200 to 3,000 records": endless(lambda: f"/cases/{draw.choice(first)}/"),
        "case, 3,000 records, filtered": endless(
            lambda: f"/cases/{draw.choice(largest)}/?feed=shipments&page={draw.randrange(1, 20)}"
        ),
        "pictures of 200 to 3,000 records": endless(lambda: f"/cases/{draw.choice(first)}/picture/"),
    }


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """The application in a process of its own, on a free port of loopback: the port and the process's id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "review.wsgi:application",
    ]  # fmt: skip
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def backends(url: str) -> list[int]:
    """The processes of PostgreSQL that serve this database."""
    name = f" {urlsplit(url).path.lstrip('/')} " if url else None
    found = psutil.process_iter(["name", "cmdline"]) if name else ()
    # One that has just ended has no command line.
    called = {process.pid: " ".join(process.info["cmdline"] or ()) for process in found}
    return [
        pid for pid, line in called.items() if line.startswith("postgres") and f"{name}127.0.0.1(" in line
    ]


def processor(pids: list[int]) -> dict[Path, int]:
    """Nanoseconds of processor time that each thread of these processes has had (Linux)."""
    spent = {}
    for file in (file for pid in pids for file in Path(f"/proc/{pid}/task").glob("*/schedstat")):
        with suppress(FileNotFoundError):  # it has ended meanwhile
            spent[file] = int(file.read_text().split()[0])
    return spent


def timed(
    port: int, cookie: str, paths: Iterable[str], server: int, url: str
) -> Iterator[tuple[float, float]]:
    """Milliseconds from sending a request to having its whole answer: by the wall, and of processor time.

    On a busy machine the wall says how busy it is; the processor says what the work takes.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for path in paths:
        before, started = processor([server, *backends(url)]), time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        answered = connection.getresponse()
        answered.read()
        wall = (time.perf_counter() - started) * 1000
        if answered.status != 200:
            raise SystemExit(f"{path}: {answered.status}")
        after = processor([server, *backends(url)])
        yield wall, sum(spent - before.get(file, 0) for file, spent in after.items()) / 1e6


if __name__ == "__main__":
    main()
