"""What can be wrong with a command: one exception, and every code with its meaning at both doors.

`CODES` is the table that `server/web/errors.py` (HTTP status) and `sync/intake.py` (receipts) read; the words
for people are in `server/locales/<language>/errors.po`. A test asserts that every code has all three.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CODES: Mapping[str, int] = {
    # the form of a command
    "unknown_command": 400,
    "unknown_field": 400,
    "bad_value": 422,
    "required": 422,
    "too_long": 422,
    "too_many": 422,
    "too_much": 422,
    "number_too_long": 422,
    "bad_date": 422,
    "bad_action_id": 400,
    "bad_instant": 400,
    # authority
    "not_found": 404,
    "not_allowed": 403,
    "not_this_device": 403,
    "bad_signature": 403,
    # the state of the document
    "wrong_state": 409,
    "no_such_person": 422,
    "no_such_unit": 422,
    "unit_without_head": 422,
    "person_inactive": 422,
    "not_a_leader": 422,
    "not_a_division_head": 422,
    "outside_own_unit": 422,
    "no_recipient": 422,
    "two_leads": 422,
    "recipient_twice": 422,
    "assigned_to_self": 422,
    "due_before_arrival": 422,
    "document_in_future": 422,
    "duplicate": 409,
    "subject_too_thin": 422,
    "one_stop_dossier": 409,
    "expires_before_document": 422,
    "secret_stamp": 422,
    "secret_has_content": 422,
    "secret_not_transferable": 422,
    "secret_online_only": 422,
    "secret_over_network": 422,
    "file_missing": 422,
    "pdf_empty": 422,
    "pdf_not_pdf": 422,
    "pdf_encrypted": 422,
    "pdf_broken": 422,
    "pdf_too_large": 413,
    "pdf_too_many_pages": 422,
    "paper_too_many_files": 422,
    "paper_too_large": 413,
    "paper_kind_unknown": 422,
    "paper_signed": 422,
    "paper_image_broken": 422,
    "paper_image_too_large": 422,
    "paper_too_costly": 422,
    "scan_there": 409,
    "not_the_current_version": 409,
    "same_version_again": 422,
    "form_not_approved": 422,
    "case_file_needed": 422,
    "no_such_case_file": 422,
    "no_such_review": 404,
    "choice_not_offered": 422,
    # corrections of the book
    "online_only": 409,
    "correction_open": 409,
    "correction_not_open": 409,
    "correction_changes_nothing": 422,
    "correction_strikes_only": 422,
    "answer_needed": 422,
    "no_answer_owed": 422,
    # case files
    "case_file_closed": 409,
    "no_such_document": 422,
    "filed_already": 409,
    "not_filed": 409,
    "too_many_documents": 422,
    "too_many_templates": 422,
    "no_plan_entry": 422,
    "targets_in_wrong_order": 422,
    "too_many_entries": 422,
    # undoing and repairs
    "undo_not_last": 409,
    "undo_too_late": 409,
    "repair_open": 409,
    "repair_not_open": 409,
    "repair_not_finished": 422,
    "repair_row_gone": 409,
    "arrival_in_other_year": 422,
    # delegations
    # accounts
    "locks_oneself": 422,
    "role_held": 409,
    "role_not_held": 409,
    "settled_already": 409,
    "entry_not_confirmed": 422,
    "no_deadline": 422,
    "not_later": 422,
    "no_such_request": 422,
    "direct_reason_needed": 422,
    "due_after_parent": 422,
    "day_marked": 422,
    "day_not_marked": 422,
    "too_many_days": 422,
    "too_many_views": 422,
    "merged_into_itself": 422,
    "leadership_not_merged": 422,
    "delegation_over": 422,
    "delegation_too_long": 422,
    "delegated_to_self": 422,
    "delegated_already": 409,
    "not_a_head_or_leader": 422,
    "predecessor_missing": 409,
    "app_too_old": 409,
    "busy": 503,
}
"""Error code → HTTP status."""


class DomainError(Exception):
    """A command cannot be carried out: `code` from `CODES`, `details` are JSON values that say what exactly."""

    def __init__(self, code: str, **details: Any) -> None:
        """Keep the code and its details; an undeclared code is a programming error."""
        if code not in CODES:
            raise ValueError(f"undeclared error code {code}")
        super().__init__(code)
        self.code = code
        self.details: dict[str, Any] = details
