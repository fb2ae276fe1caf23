"""`python -m review.manage serve_pages --port 8080`: migrate, import the last ranking, serve on loopback."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from waitress import create_server

from configs.errors import MatluoiError
from review.access.demo_people import make_demo_people
from review.cases.import_ranking import import_ranking


class Command(BaseCommand):
    """Bring the application up on 127.0.0.1; a proxy in front of it ends TLS in production."""

    help = "Migrate, import the last published ranking, collect static files, and serve on 127.0.0.1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8080)
        parser.add_argument("--demo", action="store_true", help="Make a person of each role and agency.")
        parser.add_argument("--prepare-only", action="store_true", help="Everything but serving.")

    def handle(self, *_: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        self._import_last()
        if options["demo"]:
            self._make_demo_people()
        call_command("collectstatic", verbosity=0, interactive=False)
        if options["prepare_only"]:
            return
        # The application looks for static files when it is loaded, so it is loaded after they were collected.
        from review.wsgi import application  # noqa: PLC0415

        port = options["port"]
        try:
            server = create_server(application, host="127.0.0.1", port=port, threads=8, ident="matluoi")
        except OSError as error:
            raise CommandError(f"--port {port}: {error.strerror}. Choose another with PORT=….") from error
        self.stdout.write(f"http://127.0.0.1:{port}/ (Ctrl-C ends it)")
        self.stdout.flush()
        server.run()

    def _import_last(self) -> None:
        folders = sorted((settings.HOME / "published").glob("????-??-??"))
        if not folders:
            raise CommandError(f"{settings.HOME.name}: no published ranking. Run the pipeline first.")
        try:
            done = import_ranking(settings.HOME, date.fromisoformat(folders[-1].name))
        except MatluoiError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{done.networks} networks for {done.as_of}, {done.new_cases} new cases")

    def _make_demo_people(self) -> None:
        let_in, password = make_demo_people()
        if let_in:
            self.stdout.write(f"demo people: {', '.join(let_in)}; one-time password of each: {password}")
        else:
            self.stdout.write("demo people exist; they keep their passwords")
