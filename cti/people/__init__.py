"""People: who may sign in, as what, and what that lets them do. No HTTP here."""
