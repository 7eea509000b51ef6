"""The same domain for programs and for plain forms: routes in front of the pages, and the doors around everything."""
