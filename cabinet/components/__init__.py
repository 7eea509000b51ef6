"""The design system: functions from words and Vars to elements. They know no state; the look lives here."""
