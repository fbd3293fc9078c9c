"""From a snapshot and a deadline to what is shown. It knows no editor and no tokens."""
