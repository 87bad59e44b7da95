"""How durations and numbers are written for people."""


def timer(seconds: float) -> str:
    """A duration as a tile shows it: 0:09, 9:59, 12m, 1h05, 3d04, 120d.

    Seconds only under ten minutes; never below zero.
    """
    whole = max(0, int(seconds))
    if whole < 600:
        return f"{whole // 60}:{whole % 60:02}"
    minutes = whole // 60
    if minutes < 60:
        return f"{minutes}m"
    hours = minutes // 60
    if hours < 24:
        return f"{hours}h{minutes % 60:02}"
    days = hours // 24
    return f"{days}d{hours % 24:02}" if days < 100 else f"{days}d"


def age(seconds: float) -> str:
    """How old a picture is: 45s, 4m, 1h05; nobody needs its seconds once it is a minute old."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}s"
    return f"{whole // 60}m" if whole < 3600 else timer(whole)


def masked(number: str) -> str:
    """A caller's number with its middle taken out: +4930123454821 becomes +49..4821.

    Numbers of up to five digits are extensions of the company and stay as they are. A short number with a country
    loses its beginning too, for between three characters and four there would be nothing left to take out. What is
    masked already stays as it is.
    """
    if len(number) <= 5 or (len(number) <= 9 and number[:-4].endswith("..")):
        return number
    return f"{number[:3] if number.startswith('+') and len(number) > 9 else ''}..{number[-4:]}"
