"""What makes a flow a bad one though it can be run: rules, one file a family."""
