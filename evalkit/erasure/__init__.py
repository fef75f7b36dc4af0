"""What must not be kept any longer: rows whose time is over, persons who object."""
