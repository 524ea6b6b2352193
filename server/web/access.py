"""Who may ask for what: one row per endpoint; what has no row is denied (Articles 3, 12).

These rows only keep out who has no business on a page at all. What a person may see or do to one document is decided
by the use cases, which answer alike for what is hidden and for what is absent.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from flask import Flask, abort, request
from werkzeug.exceptions import Unauthorized

from server.domain.office import (
    ADMINISTRATOR,
    CHIEF_OF_OFFICE,
    CLERK,
    DEPUTY_DIVISION_HEAD,
    DIVISION_HEAD,
    LEADER,
    ROLES,
    STAFF_ROLES,
)
from server.web import current

log = logging.getLogger(__name__)

PUBLIC = "public"
SIGNED_IN = "signed_in"
STAFF = STAFF_ROLES
OVERSEERS = frozenset({CLERK, LEADER, CHIEF_OF_OFFICE})
"""Who may see every open document of the office, and so the whole book."""
DISTRIBUTORS = frozenset({LEADER, DIVISION_HEAD, DEPUTY_DIVISION_HEAD})
"""Who transfers documents to others."""
SUPERVISORS = DISTRIBUTORS | {CHIEF_OF_OFFICE}
"""Who answers for the work of others: of all units, or of their own (server/usecases/progress.py)."""
GATEWAY = "sync"
"""The blueprint of the devices' endpoints, which admits nobody by itself (sync/gateway.py)."""

ACCESS: Mapping[str, str | frozenset[str]] = {
    "session.login": PUBLIC,
    "session.log_in": PUBLIC,
    "session.choose_language": PUBLIC,
    "session.log_out": PUBLIC,
    "settings.offline": PUBLIC,
    "settings.install": PUBLIC,
    "inbox.home": SIGNED_IN,
    "inbox.inbox": SIGNED_IN,
    "inbox.keep_view": STAFF,
    "inbox.forget_view": STAFF,
    "inbox.choose_columns": STAFF,
    "settings.settings": SIGNED_IN,
    "settings.change": SIGNED_IN,
    "settings.change_password": SIGNED_IN,
    "first_password.form": SIGNED_IN,
    "first_password.change": SIGNED_IN,
    "devices.devices": SIGNED_IN,
    "devices.revoke": SIGNED_IN,
    "outbox.outbox": SIGNED_IN,
    "reviews.reviews": SIGNED_IN,
    "reviews.resolve_together": SIGNED_IN,
    "case_files.case_files": SIGNED_IN,
    "case_files.create_case_file": SIGNED_IN,
    "case_file.case_file": STAFF,
    "case_file.file_document": STAFF,
    "case_file.unfile_document": STAFF,
    "case_file.close_case_file": STAFF,
    "case_file.reopen_case_file": STAFF,
    "case_file.xml": STAFF,
    "case_file.start": STAFF,
    "case_file.progress": STAFF,
    "case_file.made": STAFF,
    "files.body": SIGNED_IN,
    "opening.open_by_number": STAFF,
    "transfers.transfers": DISTRIBUTORS,
    "transfers.keep": DISTRIBUTORS,
    "transfers.forget": DISTRIBUTORS,
    "assigning.choose": STAFF,
    "assigning.assign_together": STAFF,
    "incoming.document": SIGNED_IN,
    "incoming.present_to_leader": SIGNED_IN,
    "incoming.assign": SIGNED_IN,
    "incoming.take_on": SIGNED_IN,
    "incoming.return_assignment": SIGNED_IN,
    "incoming.request_extension": SIGNED_IN,
    "incoming.decide_extension": SIGNED_IN,
    "incoming.request_excuse": SIGNED_IN,
    "incoming.decide_excuse": SIGNED_IN,
    "incoming.hand_over": SIGNED_IN,
    "incoming.urge": SIGNED_IN,
    "incoming.add_comment": SIGNED_IN,
    "incoming.start_draft": SIGNED_IN,
    "incoming.conclude": SIGNED_IN,
    "incoming.withdraw_document": SIGNED_IN,
    "incoming.follow": SIGNED_IN,
    "incoming.resolve_conflict": SIGNED_IN,
    "incoming.acknowledge_review": SIGNED_IN,
    "outgoing.document": SIGNED_IN,
    "outgoing.add_comment": SIGNED_IN,
    "outgoing.add_version": SIGNED_IN,
    "outgoing.submit_draft": SIGNED_IN,
    "outgoing.submit_to_leader": SIGNED_IN,
    "outgoing.return_draft": SIGNED_IN,
    "outgoing.approve": SIGNED_IN,
    "outgoing.withdraw_document": SIGNED_IN,
    "outgoing.follow": SIGNED_IN,
    "outgoing.resolve_conflict": SIGNED_IN,
    "outgoing.acknowledge_review": SIGNED_IN,
    "outgoing.outgoing_list": STAFF,
    "book.incoming_book": STAFF,
    "subject_quality.subject_quality": OVERSEERS,
    "registering.new": frozenset({CLERK}),
    "registering.read": frozenset({CLERK}),
    "registering.preview": frozenset({CLERK}),
    "registering.register": frozenset({CLERK}),
    "registering.registered": frozenset({CLERK}),
    "scans.add_scan": frozenset({CLERK}),
    "recognition.of_document": SIGNED_IN,
    "recognition.of_upload": frozenset({CLERK}),
    "recognition.queue": frozenset({CLERK, ADMINISTRATOR}),
    "recognition.retry": frozenset({CLERK, ADMINISTRATOR}),
    "openings.seen_incoming": SIGNED_IN,
    "openings.seen_outgoing": SIGNED_IN,
    "slip.slip": SIGNED_IN,
    "slip.slip_pdf": SIGNED_IN,
    "stamps.stamped": SIGNED_IN,
    "corrections.corrections": STAFF | {ADMINISTRATOR},
    "corrections.correction": frozenset({CLERK}),
    "corrections.request_correction": frozenset({CLERK}),
    "corrections.permit_correction": STAFF,
    "corrections.refuse_correction": STAFF,
    "corrections.carry_out_correction": frozenset({ADMINISTRATOR, CLERK}),
    "corrections.acknowledge_correction": frozenset({CLERK}),
    "repairs.repairs": STAFF,
    "repairs.repair": STAFF,
    "repairs.request_repair": STAFF,
    "repairs.undo": STAFF,
    "repairs.undo_act": STAFF,
    "repairs.confirm_repair": STAFF,
    "repairs.refuse_repair": STAFF,
    "repairs.carry_out_repair": STAFF,
    "repairs.acknowledge_repair": STAFF,
    "progress.progress": SUPERVISORS,
    "progress.unit": SUPERVISORS,
    "printing.choose": OVERSEERS,
    "printing.start": OVERSEERS,
    "printing.progress": OVERSEERS,
    "printing.printed": OVERSEERS,
    "people.people": frozenset({ADMINISTRATOR}),
    "people.lock_account": frozenset({ADMINISTRATOR}),
    "people.unlock_account": frozenset({ADMINISTRATOR}),
    "people.grant_role": frozenset({ADMINISTRATOR}),
    "people.end_role": frozenset({ADMINISTRATOR}),
    "units.units": frozenset({ADMINISTRATOR}),
    "units.merge_unit": frozenset({ADMINISTRATOR}),
    "file_plan.file_plan": STAFF,
    "file_plan.set_plan_entry": frozenset({CLERK, CHIEF_OF_OFFICE}),
    "file_plan.remove_plan_entry": frozenset({CLERK, CHIEF_OF_OFFICE}),
    "due_targets.due_targets": STAFF,
    "due_targets.set_due_targets": frozenset({LEADER, CHIEF_OF_OFFICE}),
    "work_calendar.year": frozenset(ROLES),
    "work_calendar.mark_day": frozenset({ADMINISTRATOR}),
    "work_calendar.unmark_day": frozenset({ADMINISTRATOR}),
    "delegations.delegations": STAFF,
    "delegations.request_delegation": STAFF,
    "delegations.permit_delegation": STAFF,
    "delegations.refuse_delegation": STAFF,
    "delegations.end_delegation": STAFF,
}
"""Endpoint → who may ask: anybody, whoever is signed in, or holders of one of the roles."""
WITH_ONE_TIME_PASSWORD = frozenset({"first_password.form", "first_password.change"})
"""All that is open, besides what is public, to who has not changed the one-time password yet."""


class PasswordChangeNeeded(Unauthorized):
    """Whoever is signed in has to change the one-time password first."""


def guard(app: Flask) -> None:
    """Check every request against the table before anything else looks at it."""

    @app.before_request
    def admit() -> None:
        endpoint = request.endpoint
        if endpoint is None or request.blueprint == GATEWAY:
            return
        rule = ACCESS.get(endpoint)
        if rule == PUBLIC:
            return
        if rule is None:
            log.error("no row for endpoint %s: denied", endpoint)
            abort(403)
        if current.session() is None:
            raise Unauthorized
        if current.must_change_password() and endpoint not in WITH_ONE_TIME_PASSWORD:
            raise PasswordChangeNeeded
        if rule != SIGNED_IN and not current.roles() & frozenset(rule):
            abort(403)
