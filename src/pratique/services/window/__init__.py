"""The verbs of the traveller's own page and of those who answer it.

- `slip`: issue · revoke · list_slips; `visit`: open · close · find_traveller
- `petition`: complain · object · reply · list_open · list_of
- `contact`: give · read; `wellbeing`: report; `standing`: look (where somebody is, what comes next, when they may leave)

The page runs as a process of its own under the database role of `store.window_rights`: these verbs do the same there, but
the database shows and takes only what concerns the one traveller whose slip was opened.
"""
