"""What people at desks and wallboards see, pushed to them as facts happen."""
