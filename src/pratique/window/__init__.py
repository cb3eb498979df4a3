"""A traveller's own page: a process apart from the register's, for phones, in the traveller's language, without an account."""
