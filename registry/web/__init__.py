"""Pages: one blueprint a noun. A view turns a form into a command, a value into HTML.

No rule is decided here and no row is read here: views call `commands`, `interop` and
`store.queries`, and errors become HTTP in `web.problems` alone.
"""
