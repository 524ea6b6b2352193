"""Incoming documents, văn bản đến: the page of one, and what people do with it (Article 9)."""

from __future__ import annotations

from flask import Blueprint

from server.web.documents import add_document_routes

blueprint = Blueprint("incoming", __name__)
add_document_routes(blueprint, "incoming")
