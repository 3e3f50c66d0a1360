"""Countries: their names from CLDR through Babel, and the names of their people, which CLDR does not have."""

from functools import cache

from babel import Locale

# Territory code, then the adjective and the names of the people. Plurals in -s are made from them.
_DEMONYMS = """
AD Andorran|AE Emirati|AF Afghan|AG Antiguan|AL Albanian|AM Armenian|AO Angolan|AR Argentine,Argentinian,Argentinean
AT Austrian|AU Australian,Aussie|AZ Azerbaijani,Azeri|BA Bosnian,Herzegovinian|BB Barbadian,Bajan|BD Bangladeshi
BE Belgian|BF Burkinabe|BG Bulgarian|BH Bahraini|BI Burundian|BJ Beninese|BN Bruneian|BO Bolivian|BR Brazilian
BS Bahamian|BT Bhutanese|BW Botswanan,Motswana,Batswana|BY Belarusian|BZ Belizean|CA Canadian|CD Congolese
CF Central African|CH Swiss|CI Ivorian|CL Chilean|CM Cameroonian|CN Chinese|CO Colombian|CR Costa Rican|CU Cuban
CV Cape Verdean,Cabo Verdean|CY Cypriot|CZ Czech|DE German|DJ Djiboutian|DK Danish,Dane|DM Dominican|DZ Algerian
EC Ecuadorian,Ecuadorean|EE Estonian|EG Egyptian|ER Eritrean|ES Spanish,Spaniard|ET Ethiopian|FI Finnish,Finn
FJ Fijian|FM Micronesian|FR French,Frenchman,Frenchwoman,Frenchmen,Frenchwomen|GA Gabonese
GB British,Briton,Brit,Englishman,Englishwoman,English,Scottish,Scot,Scots,Welsh,Northern Irish|GD Grenadian
GE Georgian|GH Ghanaian,Ghanian|GM Gambian|GN Guinean|GQ Equatoguinean,Equatorial Guinean|GR Greek|GT Guatemalan
GW Bissau Guinean|GY Guyanese|HK Hong Konger,Hongkonger|HN Honduran|HR Croatian,Croat|HT Haitian|HU Hungarian
ID Indonesian|IE Irish,Irishman,Irishwoman|IL Israeli|IN Indian|IQ Iraqi|IR Iranian,Persian|IS Icelandic,Icelander
IT Italian|JM Jamaican|JO Jordanian|JP Japanese|KE Kenyan|KG Kyrgyz,Kyrgyzstani|KH Cambodian|KI Kiribati
KM Comoran,Comorian|KN Kittitian|KP North Korean|KR South Korean,Korean|KW Kuwaiti|KZ Kazakh,Kazakhstani
LA Laotian,Lao|LB Lebanese|LC Saint Lucian|LI Liechtensteiner|LK Sri Lankan|LR Liberian|LS Basotho,Mosotho
LT Lithuanian|LU Luxembourger,Luxembourgish|LV Latvian|LY Libyan|MA Moroccan|MC Monegasque|MD Moldovan
ME Montenegrin|MG Malagasy|MH Marshallese|MK Macedonian|ML Malian|MM Burmese|MN Mongolian|MO Macanese
MR Mauritanian|MT Maltese|MU Mauritian|MV Maldivian|MW Malawian|MX Mexican|MY Malaysian|MZ Mozambican|NA Namibian
NE Nigerien|NG Nigerian|NI Nicaraguan|NL Dutch,Dutchman,Dutchwoman,Netherlander|NO Norwegian|NP Nepali,Nepalese
NR Nauruan|NZ New Zealander,Kiwi|OM Omani|PA Panamanian|PE Peruvian|PG Papua New Guinean|PH Filipino,Filipina,Philippine
PK Pakistani|PL Polish,Pole|PR Puerto Rican|PS Palestinian|PT Portuguese|PW Palauan|PY Paraguayan|QA Qatari
RO Romanian|RS Serbian,Serb|RU Russian|RW Rwandan|SA Saudi,Saudi Arabian|SB Solomon Islander|SC Seychellois
SD Sudanese|SE Swedish,Swede|SG Singaporean|SI Slovenian,Slovene|SK Slovak,Slovakian|SL Sierra Leonean
SM Sammarinese|SN Senegalese|SO Somali|SR Surinamese|SS South Sudanese|ST Sao Tomean|SV Salvadoran,Salvadorean
SY Syrian|SZ Swazi|TD Chadian|TG Togolese|TH Thai|TJ Tajik,Tajikistani|TL Timorese|TM Turkmen|TN Tunisian|TO Tongan
TR Turkish,Turk|TT Trinidadian,Tobagonian|TV Tuvaluan|TW Taiwanese|TZ Tanzanian|UA Ukrainian|UG Ugandan
US American,US American|UY Uruguayan|UZ Uzbek|VA Vatican|VC Vincentian|VE Venezuelan|VN Vietnamese|VU Ni Vanuatu
WS Samoan|XK Kosovar,Kosovan|YE Yemeni|ZA South African|ZM Zambian|ZW Zimbabwean
"""
# Other names in use, and countries within a country.
_ALIASES = """
US US,USA,U S A,United States of America,America,the States|GB UK,Britain,Great Britain,England,Scotland,Wales
GB Northern Ireland|NL Holland|MM Burma,Myanmar|TR Turkey|CZ Czech Republic|CI Ivory Coast|SZ Swaziland|TL East Timor
CV Cabo Verde|MK Macedonia|VA Vatican,Holy See|KR Korea|CG Congo|CD DR Congo|HK Hong Kong|MO Macau,Macao
PS Palestine,Palestinian Territories|IR Persia|RU Russian Federation|CN PRC,Mainland China|AE UAE|NZ Aotearoa
BA Bosnia,Herzegovina|TT Trinidad,Tobago|IN Bharat|SY Syrian Arab Republic|VN Viet Nam|LA Lao PDR
"""
_SAME_IN_PLURAL = ("ese", "ish", "ch", "ss", "sh", "s", "men", "women", "Dutch", "Thai")


def _table(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in text.replace("\n", "|").split("|"):
        if entry:
            code, names = entry.split(" ", 1)
            found.setdefault(code, []).extend(names.split(","))
    return found


@cache
def country_names() -> dict[str, str]:
    """Name or demonym as written → territory code, such as `Ghanaians` → `GH`."""
    names: dict[str, str] = {}
    for code, name in Locale("en").territories.items():
        if len(code) == 2 and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"):
            bare = name.split(" (")[0].removesuffix(" SAR China")
            names |= {name: code, bare: code, bare.replace("&", "and").replace("St.", "Saint"): code}
    for code, aliases in _table(_ALIASES).items():
        names |= dict.fromkeys(aliases, code)
    for code, demonyms in _table(_DEMONYMS).items():
        for demonym in demonyms:
            names[demonym] = code
            if not demonym.endswith(_SAME_IN_PLURAL):
                names[demonym + "s"] = code
    names["Thais"] = "TH"
    return names


@cache
def region_names() -> frozenset[str]:
    """Names of continents and the like in CLDR, such as `Western Africa`."""
    named = Locale("en").territories.items()
    return frozenset(name for code, name in named if code.isdigit() and code != "001") | {"European Union", "EU"}


@cache
def language_names() -> frozenset[str]:
    """English names of languages in CLDR, such as `Japanese` or `American Sign Language`."""
    return frozenset(name.split(" (")[0] for code, name in Locale("en").languages.items() if len(code) <= 3)


def country_name(code: str) -> str:
    return Locale("en").territories[code]
