"""Which object is drawn: the one that was picked or begun, or a new one."""

from segstudio.core.records import Instance
from segstudio.services.session import Session


class Numbering:
    """Keeps ``session.options.instance`` a number that may be drawn with the chosen class.

    An object is of one class: with another class chosen, and on another sample, a new object is drawn. What is no
    thing, and the background, has the number 0. It should hear of the options before whoever shows them. After a large
    change it goes by what is counted so far; ``fit`` puts that right once all is.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._thing: int | None = None
        self._number = 0
        session.options.changed.connect(lambda _: self.fit())
        session.sample_opened.connect(lambda _: self._start())
        session.project_changed.connect(lambda _: self.fit())

    @property
    def drawn(self) -> Instance | None:
        """The object that is drawn with, None while it has no pixel or nothing has a number."""
        live = self._session.current.instances if self._session.current is not None else None
        return live.so_far(self._session.options.instance) if live is not None else None

    def new(self) -> None:
        """Let what is drawn next be a new object, of the last class of things where the chosen one is none."""
        current, options = self._session.current, self._session.options
        if current is None or current.instances is None:
            return
        things = self._things()
        chosen = options.class_id if options.class_id in things else self._thing
        if chosen not in things:
            chosen = min(things, default=options.class_id)
        options.choose(chosen, current.instances.new_number())

    def _start(self) -> None:
        self._number = 0
        self._session.options.choose(self._session.options.class_id, 0)

    def fit(self) -> None:
        """See to it that the number is of the chosen class."""
        current, options = self._session.current, self._session.options
        if current is None or current.instances is None or options.class_id not in self._things():
            options.instance = 0
            return
        number = options.instance or self._number
        known = current.instances.so_far(number)
        if not number or (known is not None and known.class_id != options.class_id):
            number = current.instances.new_number()
        self._thing, self._number, options.instance = options.class_id, number, number

    def _things(self) -> frozenset[int]:
        return self._session.project.schema.things if self._session.project is not None else frozenset()
