"""The first release of a package that is slower, or answers otherwise."""
