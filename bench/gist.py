"""What the exception of another library says, in one line."""


def gist(error: BaseException) -> str:
    """The line of a library's message that says most, without its full stop.

    OpenVINO begins with the places in its source, and ends with the reason.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [""]
    return lines[-1 if "Exception from" in lines[0] else 0].rstrip(".")
