"""The offline half: service worker, outbox, replica and pages, with the build steps that are written in Python."""
