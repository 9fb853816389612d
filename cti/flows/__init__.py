"""IVR flows as texts with versions: published ones, and drafts."""
