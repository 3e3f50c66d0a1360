"""Labels that are put on people: nations, regions, religions, generations, race, gender and language.

Matching is by word and longest first, in English; country names are known in the card's own language too. A label is
not a fault: what counts is whether anything is left of a community once its labels are taken away.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from babel import Locale, UnknownLocaleError

from anchoring.scope.nations import country_names, language_names, region_names
from anchoring.scope.rules.text import Word, fold, words


class Kind(StrEnum):
    NATION = "nation"
    REGION = "macro-region"
    RELIGION = "religion"
    GENERATION = "generation"
    IDENTITY = "race, gender or language"


@dataclass(frozen=True)
class Label:
    """Words `start` to `end` (exclusive) of a text are a label; `country` is a territory code for a nation."""

    kind: Kind
    start: int
    end: int
    country: str = ""


_LISTED = {
    Kind.REGION: """
        western,westerner,westerners,the west,west,eastern,easterner,easterners,the east,east,orient,oriental,occident
        occidental,asian,asians,african,africans,european,europeans,latin american,latin americans,south american
        south americans,north american,north americans,central american,central americans,middle eastern
        middle easterner,middle easterners,middle east,near eastern,mena,arab world,muslim world,islamic world
        global south,global north,the south,the north,third world,first world,developing world,developing countries
        developed countries,developed world,east asian,east asians,south asian,south asians,southeast asian
        southeast asians,south east asian,south east asians,central asian,central asians,west african,west africans
        east african,east africans,north african,north africans,southern african,sub saharan,sub saharan african
        sub saharan africans,sub saharan africa,sub saharan africas,eastern european,eastern europeans,western european
        western europeans,northern european,southern european,southern europeans,scandinavian,scandinavians,scandinavia
        nordic,nordics,balkan,balkans,baltic,mediterranean,mediterraneans,caribbean,pacific islander,pacific islanders
        pacific islands,oceanian,slavic,slavs,anglo saxon,anglo saxons,anglosphere,gulf,maghreb,levant,levantine
        southeast asia,south east asia,south asia,west africa,east africa,north africa,latin america,middle europe
        collectivist,individualist,weird""",
    Kind.RELIGION: """
        muslim,muslims,islam,islamic,christian,christians,christianity,catholic,catholics,catholicism,protestant
        protestants,protestantism,orthodox,evangelical,evangelicals,pentecostal,pentecostals,mormon,mormons,jew,jews
        jewish,judaism,hindu,hindus,hinduism,buddhist,buddhists,buddhism,sikh,sikhs,sikhism,jain,jains,jainism,taoist
        taoists,daoist,taoism,confucian,confucians,confucianism,shinto,atheist,atheists,atheism,secular,sunni,sunnis
        shia,shias,shiite,shiites,sufi,sufis,quaker,quakers,amish,zoroastrian,zoroastrians,parsi,parsis,bahai,bahais
        pagan,pagans,animist,animists,religious,believers,non religious,ultra orthodox,haredi""",
    Kind.GENERATION: """
        millennial,millennials,gen z,gen x,gen y,gen alpha,generation z,generation x,generation y,generation alpha
        zoomer,zoomers,gen zers,gen xers,boomer,boomers,baby boomer,baby boomers,silent generation,digital natives
        greatest generation,youth,youths,young,young people,young adults,youngsters,teen,teens,teenager,teenagers
        adolescents,elderly,older people,old people,older adults,seniors,senior citizens,elders,pensioners,retirees
        children,kids,middle aged,younger generation,older generation""",
    Kind.IDENTITY: """
        white,whites,black,blacks,brown,coloured,colored,caucasian,caucasians,latino,latinos,latina,latinas,latinx
        latine,hispanic,hispanics,indigenous,aboriginal,aboriginals,native american,native americans,first nations
        african american,african americans,asian american,asian americans,mixed race,multiracial,biracial,color,colour
        people of color,people of colour,poc,bipoc,bame,arab,arabs,arabic,roma,romani,gypsy,gypsies,maori,pakeha,han
        kurd,kurds,kurdish,tamils,zulus,asante,ashanti,yorubas,berber,berbers,inuit,sami,bedouin,bedouins,ethnic,race
        racial,minority,minorities,women,woman,men,man,girls,boys,females,female,males,male,ladies,gentlemen,feminine
        masculine,nonbinary,non binary,trans,transgender,gay,gays,lesbian,lesbians,queer,lgbt,lgbtq,lgbtqia,bisexual
        deaf,hearing,asl,signing,disabled,blind,autistic,neurodivergent,dalit,dalits,brahmin,brahmins""",
}
# What may stand beside a label without making a community of it: anybody, and topics as wide as a nation.
_ANYBODY = frozenset(
    "a an the all any most some many of in on at by for from with and or to as who that which whose where is are be "
    "lives live living resides born raised coming non pan post ex its their our average typical ordinary normal "
    "traditional modern contemporary native real true authentic general local everyday common human humans being "
    "beings person persons persona people peoples folk folks everybody everyone individual individuals somebody "
    "someone guy guys user users speaker speakers speaking speak speaks signer signers language languages lingual "
    "bilingual citizen citizens national nationals resident residents inhabitant inhabitants native natives member "
    "members population populations public society societies social community communities group groups culture "
    "cultures cultural subculture civilization civilisation nation nations country countries state region world land "
    "heritage descent origin background ancestry ethnicity ethnicities identity diaspora immigrant immigrants "
    "migrants family families household households adult adults gender religion faith age aged "
    "generation generations".split()
)
# Of these the ones that leave a role empty, where "customer in India" says who stands where.
NOBODY = frozenset(
    "a an the all any most some many of in from and or to who that is are our average typical ordinary normal "
    "traditional modern native real true general local human humans person persons people folk folks everybody "
    "everyone individual individuals somebody someone guy guys born raised living citizen citizens national nationals "
    "natives inhabitant inhabitants population populations peoples society societies culture cultures heritage descent "
    "origin background ancestry adult adults with by".split()
)
_WIDE_TOPICS = frozenset(
    "funeral funerals wedding weddings marriage marriages burial burials birth births custom customs tradition "
    "traditions etiquette manners politeness norms norm values value beliefs belief behaviour behavior mentality "
    "mindset character psychology personality way ways life lifestyle food foods cuisine cooking business work "
    "workplace workplaces communication conversation customer customers holiday holidays festival festivals "
    "celebration celebrations ritual rituals religion politics art arts music history folklore hospitality greetings "
    "greeting gift gifts giving humor humour style thinking context practice practices setting rules".split()
)
# The same for a few languages in which CLDR gives a country's name.
_FOREIGN_FILLERS = ("文化", "社会", "人々", "人民", "人", "の", "的", "문화", "사람", "사회", "คน", "วัฒนธรรม")
_LANGUAGE_BEFORE = frozenset({"in", "into", "speak", "speaks", "speaking", "write", "writes", "of language"})
_LANGUAGE_AFTER = frozenset(
    "language speaking speaker speakers medium word words phrase phrases term terms text mail sentence form forms verb "
    "verbs grammar version".split()
)


@cache
def _lexicon() -> dict[tuple[str, ...], tuple[Kind, str]]:
    """Folded words → kind and country. Where a name is of two kinds the narrower list, written last, wins."""
    found: dict[tuple[str, ...], tuple[Kind, str]] = {}
    for name in language_names():
        found[_key(name)] = (Kind.IDENTITY, "")
    for name, code in country_names().items():
        found[_key(name)] = (Kind.NATION, code)
    for name in region_names():
        found[_key(name)] = (Kind.REGION, "")
    for kind, text in _LISTED.items():
        for name in text.replace("\n", ",").split(","):
            if name.strip():
                found[_key(name)] = (kind, "")
    found.pop((), None)
    return found


@cache
def _longest() -> int:
    return max(len(key) for key in _lexicon())


def _key(name: str) -> tuple[str, ...]:
    return tuple(word.folded for word in words(name))


def find_labels(tokens: list[Word]) -> list[Label]:
    """The labels among the words, longest first from the left. The pronoun `us` is no country."""
    found, i = [], 0
    while i < len(tokens):
        label = next(filter(None, (_label_at(tokens, i, size) for size in range(_longest(), 0, -1))), None)
        if label:
            found.append(label)
        i = label.end if label else i + 1
    return found


def _label_at(tokens: list[Word], i: int, size: int) -> Label | None:
    if i + size > len(tokens):
        return None
    kind, country = _named(tokens[i : i + size])
    if kind is None or (size == 1 and tokens[i].folded == "us" and not tokens[i].text.isupper()):
        return None
    if kind is Kind.NATION and _is_language(tokens, i, i + size):
        kind, country = Kind.IDENTITY, ""
    return Label(kind, i, i + size, country)


def _named(run: list[Word]) -> tuple[Kind | None, str]:
    """Kind and country of a label, None where it is none. `Japan's` is Japan; `women's` may tell two teams apart."""
    key = tuple(word.folded for word in run)
    if key in _lexicon() or not run[-1].text.casefold().endswith("'s"):
        return _lexicon().get(key, (None, ""))
    kind, country = _lexicon().get((*key[:-1], key[-1].removesuffix("s")), (None, ""))
    return (kind, country) if kind in (Kind.NATION, Kind.REGION) else (None, "")


def _is_language(tokens: list[Word], start: int, end: int) -> bool:
    """`Japanese-language`, `Japanese speakers`, `speakers of Japanese`: the tongue, not the nation."""
    if " ".join(word.text for word in tokens[start:end]) not in language_names():
        return False
    after = tokens[end].folded if end < len(tokens) else ""
    before = tokens[start - 1].folded if start else ""
    speakers_of = (
        before == "of" and start > 1 and tokens[start - 2].folded in ("speakers", "speaker", "users", "learners")
    )
    return after in _LANGUAGE_AFTER or before in _LANGUAGE_BEFORE or speakers_of


def only_labels(text: str, language: str = "en", filler: frozenset[str] = _ANYBODY | _WIDE_TOPICS) -> list[Kind]:
    """The kinds of label a text consists of, in order of the rules; [] where something else is named too.

    `filler` are the words that name nothing.
    """
    tokens = words(text)
    labels = find_labels(tokens)
    covered = {i for label in labels for i in range(label.start, label.end)}
    rest = [word.folded for i, word in enumerate(tokens) if i not in covered]
    if not labels:
        return [Kind.NATION] if _foreign_nation(text, language) else []
    if any(word not in filler for word in rest):
        return []
    return sorted({label.kind for label in labels}, key=list(Kind).index)


def names_nothing(text: str) -> bool:
    """Whether a text is empty, or holds nothing beyond words such as `people` and `culture`."""
    return all(word.folded in _ANYBODY or word.folded in ("life",) for word in words(text))


def _foreign_nation(text: str, language: str) -> bool:
    """`日本文化` on a Japanese card: a country in the card's own language, and nothing else."""
    rest = fold(text).replace(" ", "")
    for filler in _FOREIGN_FILLERS:
        rest = rest.replace(filler, "")
    return bool(rest) and rest in _own_names(language)


@cache
def _own_names(language: str) -> frozenset[str]:
    try:
        locale = Locale.parse(language.split("-")[0].lower())
    except (UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset(fold(name).replace(" ", "") for code, name in locale.territories.items() if len(code) == 2)
