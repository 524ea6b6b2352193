"""A document concluded into a case file other than the lead's: it is put into that one as well (Article 9.6)."""

from __future__ import annotations

from server.domain import aggregate, case_file
from server.domain.commands import Conclude
from server.domain.context import Context
from server.ports import Services, WriteConflict

ATTEMPTS = 10


def file_concluded(command: Conclude, services: Services, context: Context) -> None:
    """Put the document into its author's file, before it is concluded; done again, it is already there.

    The act is receipted by the document, once that is written; until then the file only names it. Raises WriteConflict.
    """
    for _attempt in range(ATTEMPTS):
        record = services.records.get(command.case_file_id)
        if record is None or command.document_id in record.get("filed", []):
            return
        try:
            services.records.put(aggregate.apply(record, case_file.filed_by(command, context)))
        except WriteConflict:
            continue
        return
    raise WriteConflict(command.case_file_id)
