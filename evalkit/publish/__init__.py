"""Publish: the only door between confidential results and what is shown.

Everything that will be shown together goes through :func:`evalkit.publish.publish.publish` at once: secrecy is decided
on the whole, audited, and what comes out (a ``Publication``) holds no number of a masked cell.
"""
