"""Speech: values read out from clips, and text that is known only at run time."""
