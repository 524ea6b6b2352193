"""Door one: pages and forms for people. Each noun has its blueprint; `access` says who may ask for what."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from server.adapters import rendering
from server.ports import Services
from server.usecases.progress_following import Following
from server.web import (
    access,
    assigning,
    book,
    case_file,
    case_files,
    corrections,
    current,
    delegations,
    devices,
    due_targets,
    errors,
    file_plan,
    files,
    first_password,
    inbox,
    incoming,
    opening,
    openings,
    outbox,
    outgoing,
    people,
    printing,
    progress,
    recognition,
    registering,
    repairs,
    reviews,
    scans,
    security,
    session,
    settings,
    slip,
    stamps,
    subject_quality,
    transfers,
    units,
    work_calendar,
)
from server.web.tallies import Tallies

BLUEPRINTS = (
    session.blueprint,
    inbox.blueprint,
    book.blueprint,
    opening.blueprint,
    registering.blueprint,
    incoming.blueprint,
    assigning.blueprint,
    transfers.blueprint,
    scans.blueprint,
    recognition.blueprint,
    slip.blueprint,
    stamps.blueprint,
    subject_quality.blueprint,
    corrections.blueprint,
    openings.blueprint,
    repairs.blueprint,
    progress.blueprint,
    printing.blueprint,
    outgoing.blueprint,
    reviews.blueprint,
    outbox.blueprint,
    case_files.blueprint,
    case_file.blueprint,
    files.blueprint,
    delegations.blueprint,
    devices.blueprint,
    people.blueprint,
    units.blueprint,
    work_calendar.blueprint,
    file_plan.blueprint,
    due_targets.blueprint,
    settings.blueprint,
    first_password.blueprint,
)


def register(app: Flask, services: Services, *, nudge: Callable[[], None]) -> None:
    """Hang all pages on the application, whose config has `CONGVAN` (server.config.Config).

    `nudge` is called after a write and should let inboxes catch up; it must not raise or take long.
    """
    app.extensions[current.EXTENSION] = current.Parts(
        services=services,
        config=app.config["CONGVAN"],
        nudge=nudge,
        tallies=Tallies(services.store),
        progress=Following(services.store),
    )
    rendering.configure(app, current.locale)
    security.guard(app)
    access.guard(app)
    errors.handle_errors(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
