"""``-b amts-zh`` and ``-b amts``: launchers of the builds in the target languages.

The language has to be right before any other extension's ``setup()`` runs (they load
their message catalogs there), so the translated book is built by a Sphinx process of
its own that *starts* with it.  That process uses a stock builder: extensions which look
at ``builder.name`` behave as in the source book.  The launcher itself reads nothing,
not even a pickled environment.
"""

from __future__ import annotations

import io
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar

from sphinx.application import builtin_extensions
from sphinx.builders import Builder
from sphinx.errors import ConfigError
from sphinx.util import console, logging
from sphinx.util.osutil import relpath

from amts_sphinx.sphinx_ext import config as amts_config
from amts_sphinx.sphinx_ext import handover

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)
_PREFIX = "amts-"


def register(app: Sphinx) -> None:
    """Add one builder per declared language, and one for all of them."""
    languages = amts_config.declared(app.config)
    Launcher.nested = handover.plain_dicts(app.config)
    app.add_builder(type("AmtsBuilder", (Launcher,), {"name": "amts"}))
    for code in languages:
        name = f"{_PREFIX}{code}"
        app.add_builder(type("AmtsLanguageBuilder", (Launcher,), {"name": name}))
    _watch_start(app, list(languages))


def _watch_start(app: Sphinx, languages: Sequence[str]) -> None:
    """Learn which builder is asked for, before Sphinx loads anything for it.

    Sphinx tells extensions neither the builder's name nor ``-E`` before the pickled
    environment is loaded; both pass through these two methods of the application.
    """
    preload, init_env = app.preload_builder, app._init_env  # noqa: SLF001

    def preload_builder(name: str) -> None:
        if name == "amts" or (name or "").startswith(_PREFIX):
            _check_declared(name, languages)
            vars(app)["_init_env"] = start_bare
        preload(name)

    def start_bare(freshenv: bool) -> BuildEnvironment:  # noqa: FBT001 - Sphinx's own
        Launcher.fresh = freshenv
        return init_env(True)  # noqa: FBT003 - Sphinx's own

    vars(app)["preload_builder"] = preload_builder


def _check_declared(name: str, languages: Sequence[str]) -> None:
    code = name.removeprefix(_PREFIX)
    known = ", ".join(languages) or "none"
    if name == "amts" and not languages:
        message = "builder 'amts': amts_languages declares no language"
        raise ConfigError(message)
    if name != "amts" and code not in languages:
        message = (
            f"builder {name!r}: language {code!r} is not declared in amts_languages "
            f"(declared: {known})"
        )
        raise ConfigError(message)


class Launcher(Builder):
    """Starts one Sphinx process per language and passes its output on."""

    #: was ``-E`` given?
    fresh: ClassVar[bool] = False
    #: raw dictionaries of the configuration, with what ``-A`` and ``-D`` merged in
    nested: ClassVar[dict[str, Any]] = {}

    def __init__(self, app: Sphinx, env: BuildEnvironment) -> None:
        super().__init__(app, env)
        self.sphinx = app
        self.amts = amts_config.load(app.config, app.confdir, app.config.language)
        amts_config.check_builder(self.amts.builder, _stock_builders(app))
        #: what each inner run is told by standard input
        self.inputs = {c: handover.pickled(self._overrides(c)) for c in self.codes}
        #: one budget for all languages of a build
        self.account = os.environ.get(handover.ACCOUNT) or secrets.token_hex(8)

    def get_outdated_docs(self) -> str:
        """What Sphinx says is being built; the inner runs find out what is outdated."""
        return ", ".join(self.codes)

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """No page is written here."""
        del docname, typ
        return ""

    @property
    def codes(self) -> list[str]:
        """The languages to build."""
        if self.name == "amts":
            return list(self.amts.languages)
        return [self.name.removeprefix(_PREFIX)]

    def build(  # type: ignore[misc] # final since Sphinx 9, for type checkers only
        self,
        docnames: Iterable[str] | None,
        summary: str | None = None,
        method: str = "update",
    ) -> None:
        """Build every language; an error of one does not stop the others."""
        logger.info("building [%s]: %s", self.name, summary or "")
        files = docnames if method == "specific" else ()
        arguments = [str(self.env.doc2path(name)) for name in files or ()]
        flags = [*self._flags(), *(["-a"] if method == "all" else [])]
        side_by_side = min(max(self.sphinx.parallel, 1), len(self.codes))
        jobs = ["-j", str(max(1, self.sphinx.parallel // side_by_side))]

        from amts_sphinx.sphinx_ext.runs import Runs  # noqa: PLC0415 - builds only

        runs = Runs(self._stdout, self._stderr, {handover.ACCOUNT: self.account})

        def run(code: str) -> int:
            command = [*flags, *jobs, *self._places(code), *arguments]
            prefix = f"[{code}] " if len(self.codes) > 1 else ""
            return runs.run(command, self.inputs[code], prefix)

        with ThreadPoolExecutor(side_by_side) as pool, runs.interruptible():
            statuses = dict(zip(self.codes, pool.map(run, self.codes), strict=True))
        for code in self.codes:
            self._say_where(code)
        self.sphinx.statuscode = max(self.sphinx.statuscode, *statuses.values())
        self._say_what_failed([c for c, status in statuses.items() if status > 1])

    def _say_where(self, code: str) -> None:
        """Name the page to open."""
        out = self._out_of(code)
        pages = [out / "index.html", out / f"{self.config.root_doc}.html"]
        page = next((page for page in pages if page.is_file()), out)
        logger.info("amts: %s: open %s", code, relpath(page))

    def _say_what_failed(self, codes: Sequence[str]) -> None:
        """Name the languages without a book.

        No log record: Sphinx would count it as a warning and, with ``-W``, replace the
        exit status.  With ``-Q`` there is no other place for what the inner runs said.
        """
        if not codes:
            return
        message = f"amts: no complete book for {', '.join(codes)} (see above)\n"
        self._stderr.write(message)
        if self.sphinx.quiet and isinstance(self._stderr, io.StringIO):
            sys.stderr.write(self._stderr.getvalue())

    def _out_of(self, code: str) -> Path:
        out = Path(self.outdir)
        return out / code if self.name == "amts" else out

    def _places(self, code: str) -> list[str]:
        """Source, output and doctrees of one language."""
        doctrees = Path(self.doctreedir) / f"amts-{code}"
        places = [str(doctrees), str(self.srcdir), str(self._out_of(code))]
        return ["-b", self.amts.builder, "-d", *places]

    def _flags(self) -> list[str]:
        """The options of this run, as the inner runs understand them."""
        app = self.sphinx
        flags = ["-c", str(app.confdir)] if handover.has_conf(self.config) else ["-C"]
        flags += ["-v"] * app.verbosity
        if app.quiet:
            flags.append("-q")
        if app.keep_going or getattr(app, "warningiserror", False):
            flags.append("-W")
        if app.keep_going:
            flags.append("--keep-going")
        if Launcher.fresh:
            flags.append("-E")
        for tag in sorted(set(app.tags) - self._own_tags):
            flags += ["-t", tag]
        return [*flags, "--color" if _colours_on() else "-N"]

    @property
    def _own_tags(self) -> set[str]:
        """Tags that Sphinx set for this very builder."""
        own = {self.format, self.name}
        return own | {f"format_{self.format}", f"builder_{self.name}"}

    def _overrides(self, code: str) -> dict[str, Any]:
        """The configuration that the inner run is to have beside ``conf.py``."""
        language = self.amts.languages[code]
        extensions = list(self.config.extensions)
        if not handover.has_conf(self.config):  # a Jupyter Book sets some up on its own
            extensions += [
                name
                for name in self.sphinx.extensions
                if name not in (*extensions, *builtin_extensions)
            ]
        return {
            **Launcher.nested,
            **self.config.overrides,
            **language.overrides(self.config.language),
            "extensions": extensions,
        }

    @property
    def _stdout(self) -> IO[str]:
        return self.sphinx._status  # noqa: SLF001 - where -q and tests send it

    @property
    def _stderr(self) -> IO[str]:
        return self.sphinx._warning  # noqa: SLF001 - where -w and tests send it


def _stock_builders(app: Sphinx) -> list[str]:
    """Every builder that an inner run may use."""
    plugins = {entry.name for entry in entry_points(group="sphinx.builders")}
    found = plugins | app.registry.builders.keys()
    return sorted(name for name in found if not name.startswith("amts"))


def _colours_on() -> bool:
    """Does Sphinx colour its output?  Its name for the switch differs by version."""
    bold: Callable[[str], str] = getattr(console, "bold")  # noqa: B009 - not declared
    return bold("x") != "x"
