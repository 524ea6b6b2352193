"""Compile the Jinja2 templates that work offline to JavaScript, so that both doors show the same pages."""
