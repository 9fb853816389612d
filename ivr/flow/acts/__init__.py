"""What each action does, one file a family: a course and a step in, the way taken or the run's ending out."""
