"""The account of the drawn screens: 1,204 extensions, of which 48 have to do with sales."""

from tui.presence.extension import Extension

_DRAWN = """
101 Ana Martins|Sales|Lisbon
102 Ben Okafor|Sales|London
103 Carla Rossi|Sales|Lisbon
104 David Lim|Sales|London
105 Eva Novak|Sales|Lisbon
106 Farid Haddad|Sales|Lisbon
107 Grace Kim|Sales Support|London
108 Hugo Meyer|Sales Support|Berlin
109 Ines Ferreira|Sales|Lisbon
110 Jonas Berg|Sales|Berlin
111 Kofi Mensah|Sales|London
112 Lena Hoffmann|Sales|Berlin
113 Marta Silva|Sales|Lisbon
114 Marek Silny|Sales|Berlin
"""
WATCHABLE, ALL = 1158, 1204


def drawn() -> list[Extension]:
    """The rows of the drawing, in no order."""
    people = []
    for line in _DRAWN.strip().splitlines():
        who, department, site = line.split("|")
        number, _, name = who.partition(" ")
        people.append(Extension(number, number, name, department=department, site=site))
    return [
        Extension("702", "702", "Sales menu", "IvrMenu"),
        Extension("1108", "1108", "Kai Lindqvist", status="Disabled", department="Sales Training", site="Berlin"),
        *reversed(people),
        Extension("700", "700", "Sales", "Department", site="Lisbon"),
        Extension("701", "701", "Sales after hours", "Voicemail", site="Lisbon"),
    ]


def account() -> list[Extension]:
    """All of them."""
    sales = [Extension(str(9000 + n), str(9000 + n), f"Sales Person {n}", department="Sales") for n in range(30)]
    watchable = WATCHABLE - 14 - len(sales)
    others = [Extension(str(2000 + n), str(2000 + n), f"Person {n}", department="Support") for n in range(watchable)]
    rest = ALL - len(drawn()) - len(sales) - len(others)
    queues = [Extension(str(4000 + n), str(4000 + n), f"Line {n}", "Department") for n in range(rest)]
    return [*queues, *sales, *drawn(), *others]


def chosen() -> list[str]:
    """The 31 of the drawing: those with a cross in it, and 19 that its filter does not show."""
    crossed = [one.id for one in drawn() if one.watchable and one.department == "Sales"]
    return [*crossed, *(str(2000 + n) for n in range(31 - len(crossed)))]
