"""The actions of a flow as values, one file a family."""
