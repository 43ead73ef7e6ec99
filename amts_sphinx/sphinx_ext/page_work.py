"""One page while it is being read: split, translated, put back, counted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.sphinx_ext import doctree, reading
from amts_sphinx.sphinx_ext.messages import Place
from amts_sphinx.sphinx_ext.placing import leave_uncounted, put
from amts_sphinx.sphinx_ext.records import (
    PageRecord,
    short_hash,
    translations_digest,
)
from amts_sphinx.text.units import Message, Translation
from amts_sphinx.translator import WANTED, question, standing_on

if TYPE_CHECKING:
    from docutils import nodes

    from amts_sphinx.sphinx_ext.known import Known
    from amts_sphinx.text.pages import Page


class PageWork:
    """A page while it is being read."""

    def __init__(self, docname: str, known: Known, before: PageRecord | None) -> None:
        self.docname = docname
        self.known = known
        self.record = PageRecord()
        self.translations: list[Translation] = []
        self._before = before
        self._stored: Page | None = known.page(docname)
        messages = list(self._stored.messages) if self._stored else []
        self._cuts = {message.text: message.cuts for message in messages}
        self._not_yet_there = [m for m in messages if m.kind == reading.NOT_YET_THERE]
        there = [m for m in messages if m.kind != reading.NOT_YET_THERE]
        self._standing = standing_on(there)
        self._last = ""

    def prepare(self, document: nodes.document, found: reading.Found) -> None:
        """Do to the page as a whole what must be done before any text moves."""
        doctree.bind_anonymous(document)
        leave_uncounted(document, found)

    def translate(self, found: reading.Found) -> None:
        """Translate these places."""
        start = time.process_time()
        places = [place for place in found if isinstance(place, Place)]
        for place in places:
            place.message = self._split(place.message)
        messages = [place.message for place in places]
        self._standing |= standing_on(messages)
        translated = self.known.translator.page(
            self.docname, messages, self._last, self._standing
        )
        for place, (message, translations) in zip(places, translated, strict=True):
            self._put(place, translations)
            self._last = message.segments[-1].text if message.segments else self._last
        self.record.seconds += time.process_time() - start

    def _put(self, place: Place, translations: list[Translation]) -> None:
        message = place.message
        self.translations += translations
        put_there = put(
            place,
            translations,
            source=self.known.config.source,
            target=self.known.language.profile,
            mark=self.known.config.mark_origin,
        )
        for translation in put_there:
            self.record.count(message, translation)
        for segment in message.segments:
            key = short_hash(segment.text)
            self.record.seen.add(key)
            if self._before is None or key not in self._before.seen:
                self.record.fresh += 1
        self.record.uncollected += self._uncollected(message, translations)

    def _split(self, message: Message) -> Message:
        """The message with its sentences; stored ones are not split again."""
        cuts = self._cuts.get(message.text)
        if cuts is None:
            from amts_sphinx.text.sentences import with_cuts  # noqa: PLC0415 - new text

            self.record.split += 1
            return with_cuts(message, self.known.config.source)
        return Message(message.text, message.codes, message.kind, message.line, cuts)

    def _uncollected(
        self, message: Message, translations: Sequence[Translation]
    ) -> int:
        """Segments that an engine should have been asked about, but was not."""
        translator = self.known.translator
        if isinstance(translator.engine, MemoryEngine):
            return 0
        return sum(
            question(segment) not in translator.answers
            for translation in translations
            if translation.rung in WANTED
            for segment in message.segments
            if translation.start <= segment.start < translation.end
        )

    def finish(self, found: reading.Found) -> PageRecord:
        """The page's record; its messages are stored if they were not known."""
        self.record.digest = translations_digest(self.translations)
        if self._stored is None or self.record.split:
            app, index = self.known.app, self.known.index
            blocks = [b.message if isinstance(b, Place) else b for b in found]
            blocks += self._not_yet_there
            source = Path(app.env.doc2path(self.docname))
            dependencies = reading.dependencies(app, self.docname)
            index.save(index.make(self.docname, source, dependencies, blocks))
        return self.record
