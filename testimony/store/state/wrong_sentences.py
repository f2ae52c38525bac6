"""How often interviewers said that a sentence is wrong: at a node of its own phones, at central of every node.

A row names a sentence and nothing else: no phone, no person, no day, no testimony.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from testimony.store.models.base import Base, Kid, Sha256


class WrongSentenceRow(Base):
    """The sentence `sentence` of `lang` whose words have the SHA-256 `text` was marked `marks` times at `node`."""

    __tablename__ = "wrong_sentences"

    node: Mapped[Kid] = mapped_column(primary_key=True)
    lang: Mapped[str] = mapped_column(String(16), primary_key=True)
    sentence: Mapped[str] = mapped_column(String(129), primary_key=True)
    text: Mapped[Sha256] = mapped_column(primary_key=True)
    marks: Mapped[int]


def of_node(session: Session, node: str) -> Sequence[WrongSentenceRow]:
    """The rows of `node`, those marked most often first."""
    rows = select(WrongSentenceRow).where(WrongSentenceRow.node == node)
    named = (WrongSentenceRow.lang, WrongSentenceRow.sentence, WrongSentenceRow.text)
    return session.scalars(rows.order_by(WrongSentenceRow.marks.desc(), *named)).all()


def keep(session: Session, row: WrongSentenceRow) -> None:
    """Write `row` in the place of what was known of this sentence at this node."""
    session.merge(row)
    session.flush()


def forget(session: Session, node: str) -> None:
    """Remove all rows of `node`."""
    session.execute(delete(WrongSentenceRow).where(WrongSentenceRow.node == node))


def totals(session: Session) -> list[tuple[str, str, str, int]]:
    """(language, sentence, text, marks at all nodes together), those marked most often first."""
    named = (WrongSentenceRow.lang, WrongSentenceRow.sentence, WrongSentenceRow.text)
    marks = func.sum(WrongSentenceRow.marks)
    rows = session.execute(select(*named, marks).group_by(*named).order_by(marks.desc(), *named))
    return [(lang, sentence, text, int(count)) for lang, sentence, text, count in rows]
