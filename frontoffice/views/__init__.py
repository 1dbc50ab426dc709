"""Browser screens: thin views that call one door or query and show what a presenter made."""
