"""Teams, topics, specialists, windows, absences and closing days: read by everybody, written by leads."""
