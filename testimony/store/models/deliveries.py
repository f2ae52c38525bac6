"""Which node delivered which testimony to central, so that only this node is notified of a withdrawal."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from testimony.store.models.base import Base, Id, Kid


class Delivery(Base):
    """The station `node` delivered the manifest of the testimony `tid`, once or often."""

    __tablename__ = "deliveries"

    tid: Mapped[Id] = mapped_column(primary_key=True)
    node: Mapped[Kid] = mapped_column(primary_key=True)
