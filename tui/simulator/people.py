"""Who works at the seeded company: names from many languages, the odd ones early enough to be met."""

from random import Random

TEAM = (
    "Ana Martins", "Ben Okafor", "Carla Rossi", "David Lim", "Eva Novak", "Farid Haddad", "Grace Kim", "Hugo Meyer",
    "Ines Ferreira", "Jonas Berg", "Kofi Mensah", "Lena Hoffmann", "Marta Silva", "Marek Silny", "Nadia Rahman",
    "Olaf Brandt", "Paula Stein", "Quentin Roy", "Rosa Jimenez", "Sven Dahl", "Tara Singh", "Umut Kaya", "Vera Popova",
    "Will Turner",
)  # fmt: skip
"""The sales and support team, extensions 101 to 124."""

ODD = (
    "Đorđe Živković", "ليلى حداد", "נועה לוי", "王小明", "佐藤 花子", "김민준", "Zoë 🎧 Laurent",
    "Sam [front desk] Otieno", "Maximiliana Aurel Konstantinopolskaya-Featherstonehaugh-Llewelyn",
    "สมชาย ใจดี", "प्रिया शर्मा", "Ελένη Παππά", "Олена Шевчук", "Þórdís Jónsdóttir", "Nguyễn Thị Hạnh", "Ø",
)  # fmt: skip
"""Names that a screen can stumble over; one has the longest length allowed, 64 characters."""

_NAMES = {
    "Portuguese": ("João Inês Tiago Beatriz Gonçalo", "Araújo Conceição Magalhães Simões Falcão"),
    "German": ("Jürgen Käthe Björn Anneliese Götz", "Müller Groß Schröder Köhler Weiß"),
    "Polish": ("Łukasz Małgorzata Paweł Żaneta Zbigniew", "Wójcik Dąbrowski Żuraw Śliwa Gąsior"),
    "Turkish": ("Çağla İbrahim Şule Özgür Gülşen", "Yıldız Çelik Öztürk Şahin Aydoğan"),
    "Arabic": ("سامي هدى كريم نور ياسمين", "منصور خليل نجار عزام شاهين"),
    "Hebrew": ("דנה אורי יעל איתן תמר", "כהן אלון ברק שחר גולן"),
    "Chinese": ("伟 芳 静 磊 婷", "李 陈 赵 周 吴"),
    "Russian": ("Дмитрий Светлана Игорь Ольга Тимур", "Соколов Морозова Зайцев Орлова Титов"),
    "English": ("Oliver Chloe Harvey Imogen Theo", "Ashworth Pemberton Clegg Whitlock Marsh"),
    "Yoruba": ("Adébáyọ̀ Fọlákẹ́ Olúṣẹ́gun Yétúndé Bọ́lá", "Adéyẹmí Ọlátúnjí Ògúnbíyí Àjàyí Bánkọ́lé"),
}


def name_of(index: int, rng: Random) -> str:
    """The name of the person with this index; the first ones are the team and the odd names."""
    if index < len(TEAM):
        return TEAM[index]
    if index < len(TEAM) + len(ODD):
        return ODD[index - len(TEAM)]
    language = rng.choice(tuple(_NAMES))
    first, last = (rng.choice(names.split()) for names in _NAMES[language])
    return last + first if language == "Chinese" else f"{first} {last}"


CALLERS = (
    "K. Weber", "Société Lumière", "Baxter & Sons", "Dr. Amal Rashid", "Estudio Ñandú", "田中商事", "Harbour Dental",
    "P. O'Neill", "Möbel Krüger", "Clínica São João", "Van der Meer BV", "Lindqvist Åkeri", "مطعم الواحة", "Café Zoé",
    "North Pier Hotel", "J. Kowalska", "Green Valley School", "Unknown Caller", "", "",
)  # fmt: skip
"""Who calls from outside; an empty name is a number that no one knows."""

PREFIXES = ("+4930", "+44207", "+3314", "+351213", "+34911", "+3902", "+48222", "+12125", "+8133", "+4021")


def caller(rng: Random) -> tuple[str, str]:
    """Someone from outside: number (E.164) and name (may be empty)."""
    number = rng.choice(PREFIXES) + "".join(rng.choice("0123456789") for _ in range(7))
    return number, rng.choice(CALLERS)
